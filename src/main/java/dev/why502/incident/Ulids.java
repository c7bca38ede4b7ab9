package dev.why502.incident;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Makes ids as the ULID specification has them (github.com/ulid/spec): 48 bits of time, 80 of
 * chance, 26 characters of Crockford's base 32. They rise, also within a millisecond and when the
 * clock is set back.
 */
public final class Ulids {
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int LENGTH = 26;
  private static final long MAX_MILLIS = (1L << 48) - 1;

  private final LongSupplier entropy;
  private long millis = -1;
  private int high;
  private long low;

  /**
   * @param entropy 64 bits of chance a call
   */
  public Ulids(LongSupplier entropy) {
    this.entropy = entropy;
  }

  public String next(Instant at) {
    long wanted = Math.max(0, Math.min(MAX_MILLIS, at.toEpochMilli()));
    if (wanted > millis) {
      millis = wanted;
      // A bit is left free, so that counting up does not run over within a millisecond.
      high = (int) entropy.getAsLong() & 0x7fff;
      low = entropy.getAsLong();
    } else if (++low == 0) {
      high = (high + 1) & 0xffff;
      if (high == 0) {
        millis++;
      }
    }
    return text(millis << 16 | high, low);
  }

  private static String text(long top, long bottom) {
    char[] text = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS[(int) (bottom & 31)];
      bottom = bottom >>> 5 | top << 59;
      top >>>= 5;
    }
    return new String(text);
  }
}
