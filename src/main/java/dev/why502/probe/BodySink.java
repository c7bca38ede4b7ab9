package dev.why502.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

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
  private @Nullable String sha256;

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

  /** The evidence as text; what is no UTF-8 becomes U+FFFD. */
  String beginning() {
    return new String(kept, 0, Math.min(keptLength, EVIDENCE), UTF_8);
  }

  byte[] kept() {
    return Arrays.copyOf(kept, keptLength);
  }

  /** Lower-case hex, of all that was taken; nothing can be taken afterwards. */
  String sha256Hex() {
    if (sha256 == null) {
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
    return sha256;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
