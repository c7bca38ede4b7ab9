package dev.why502.history;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How long runs took: a log-linear histogram, as HdrHistogram's is. Each power of two of
 * microseconds is cut into 32 buckets of one width, so that the middle of a bucket is at most 1/64
 * (1.6 %) off from whatever fell into it. Below 64 microseconds a bucket is one microsecond wide.
 * Two histograms merge without loss, which percentiles do not.
 *
 * <p>As text: {@code h1} and, for each bucket that is not empty, a comma, its distance from the one
 * before and, unless it is 1, a colon and how many fell into it; all in base 36.
 */
public final class Latency {
  /** Longer than any timeout that makes sense; what takes longer counts as this. */
  public static final double MAX_MILLIS = 4_294_967.295;

  /** Of the text form, in characters: every bucket filled to the brim. */
  public static final int MAX_TEXT = 16_384;

  public static final Latency NONE = new Latency(new int[0], new long[0]);

  private static final int BUCKETS_BITS = 5;
  private static final int EXACT = 1 << (BUCKETS_BITS + 1);
  private static final long MAX_MICROS = (1L << 32) - 1;
  private static final int MAX_BUCKETS = bucket(MAX_MICROS) + 1;

  /** So many in one bucket take a million years: no sum of such counts overflows. */
  private static final long MAX_COUNT = 1L << 40;

  private static final String VERSION = "h1";
  private static final int RADIX = 36;

  private final int[] buckets;
  private final long[] counts;

  private Latency(int[] buckets, long[] counts) {
    this.buckets = buckets;
    this.counts = counts;
  }

  /**
   * What a text says.
   *
   * @param latency null where there is a fault
   * @param fault why it is no histogram, or null
   */
  public record Reading(@Nullable Latency latency, @Nullable String fault) {}

  /** Of one run. */
  public static Latency of(double millis) {
    double micros = Math.max(0, Math.min(millis, MAX_MILLIS)) * 1000;
    return new Latency(new int[] {bucket(Math.round(micros))}, new long[] {1});
  }

  /** Of the runs of both. */
  public Latency merge(Latency other) {
    if (counts.length == 0) {
      return other;
    }
    if (other.counts.length == 0) {
      return this;
    }
    int[] into = new int[buckets.length + other.buckets.length];
    long[] many = new long[into.length];
    int used = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < buckets.length || theirs < other.buckets.length) {
      int left = mine < buckets.length ? buckets[mine] : MAX_BUCKETS;
      int right = theirs < other.buckets.length ? other.buckets[theirs] : MAX_BUCKETS;
      into[used] = Math.min(left, right);
      if (left <= right) {
        many[used] += counts[mine++];
      }
      if (right <= left) {
        many[used] += other.counts[theirs++];
      }
      used++;
    }
    return new Latency(Arrays.copyOf(into, used), Arrays.copyOf(many, used));
  }

  /** How many runs it is of. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /**
   * The shortest time in milliseconds within which so many thousandths of the runs were done, by
   * nearest rank; empty where there was no run.
   */
  public OptionalDouble millisAt(int permille) {
    long all = count();
    if (all == 0) {
      return OptionalDouble.empty();
    }
    long rank = Math.max(1, (all * Math.max(0, Math.min(1000, permille)) + 999) / 1000);
    int at = 0;
    for (long seen = counts[0]; seen < rank; seen += counts[at]) {
      at++;
    }
    return OptionalDouble.of(middleMicros(buckets[at]) / 1000);
  }

  public String text() {
    StringBuilder text = new StringBuilder(VERSION);
    int before = 0;
    for (int i = 0; i < buckets.length; i++) {
      text.append(',').append(Integer.toString(buckets[i] - before, RADIX));
      before = buckets[i];
      if (counts[i] != 1) {
        text.append(':').append(Long.toString(counts[i], RADIX));
      }
    }
    return text.toString();
  }

  /** Reads what {@link #text} wrote. */
  public static Reading parse(String text) {
    if (text.length() > MAX_TEXT) {
      return fault("longer than " + MAX_TEXT + " characters");
    }
    String[] parts = text.split(",", -1);
    if (!parts[0].equals(VERSION)) {
      return fault("does not begin with " + VERSION);
    }
    int[] buckets = new int[parts.length - 1];
    long[] counts = new long[buckets.length];
    int before = 0;
    for (int i = 0; i < buckets.length; i++) {
      String part = parts[i + 1];
      int colon = part.indexOf(':');
      long distance = number(colon < 0 ? part : part.substring(0, colon));
      long count = colon < 0 ? 1 : number(part.substring(colon + 1));
      if (distance < 0 || (distance == 0 && i > 0) || before + distance >= MAX_BUCKETS) {
        return fault("bucket " + (i + 1) + " is none");
      }
      if (count < 1 || count > MAX_COUNT) {
        return fault("bucket " + (i + 1) + " holds no possible number");
      }
      before += (int) distance;
      buckets[i] = before;
      counts[i] = count;
    }
    return new Reading(new Latency(buckets, counts), null);
  }

  private static Reading fault(String fault) {
    return new Reading(null, fault);
  }

  /** A number from 0 on, or -1. */
  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 10) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), RADIX) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * RADIX + digit;
    }
    return value;
  }

  private static int bucket(long micros) {
    if (micros < EXACT) {
      return (int) micros;
    }
    int shift = 63 - Long.numberOfLeadingZeros(micros) - BUCKETS_BITS;
    return (shift << BUCKETS_BITS) + (int) (micros >>> shift);
  }

  private static double middleMicros(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    int shift = (bucket >> BUCKETS_BITS) - 1;
    long low = (long) (bucket - (shift << BUCKETS_BITS)) << shift;
    return low + ((1L << shift) - 1) / 2.0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Latency that
        && Arrays.equals(buckets, that.buckets)
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(buckets) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return text();
  }
}
