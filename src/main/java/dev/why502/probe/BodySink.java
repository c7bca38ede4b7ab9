package dev.why502.probe;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Takes a body in: counts and hashes all of it up to {@value #LIMIT} bytes, keeps as much as was
 * asked for, and says when there was more.
 */
final class BodySink {
  /** Bytes read of a body, decoded. */
  static final int LIMIT = 1 << 20;

  /** Bytes kept as evidence. */
  static final int EVIDENCE = 4096;

  private final int keep;
  private final MessageDigest digest = sha256();
  private byte[] kept = new byte[512];
  private int keptLength;
  private long total;
  private boolean cut;

  /**
   * @param whole whether an expectation needs the body, not only its beginning
   */
  BodySink(boolean whole) {
    keep = whole ? LIMIT : EVIDENCE;
  }

  /** Takes bytes; false when the limit is reached and the rest is not wanted. */
  boolean take(byte[] bytes, int offset, int length) {
    int taken = (int) Math.min(length, LIMIT - total);
    digest.update(bytes, offset, taken);
    total += taken;
    int copied = Math.min(taken, keep - keptLength);
    if (copied > 0) {
      if (keptLength + copied > kept.length) {
        kept = Arrays.copyOf(kept, Math.min(keep, Math.max(kept.length * 2, keptLength + copied)));
      }
      System.arraycopy(bytes, offset, kept, keptLength, copied);
      keptLength += copied;
    }
    if (taken < length) {
      cut = true;
    }
    return !cut;
  }

  long total() {
    return total;
  }

  boolean cut() {
    return cut;
  }

  byte[] kept() {
    return Arrays.copyOf(kept, keptLength);
  }

  /** Lower-case hex; to be asked once, at the end. */
  String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
