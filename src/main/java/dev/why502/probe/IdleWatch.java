package dev.why502.probe;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a run that leaves its connection idle after the answer saw of it. */
final class IdleWatch {
  /** Longest time that a service is believed to say. */
  private static final long MOST_SECONDS = 86_400;

  final long atMostMillis;
  boolean kept;
  boolean closed;
  double heldMillis;
  long saidMillis = -1;

  /**
   * @param atMost how long the connection is held for the peer to close it; zero for not at all
   */
  IdleWatch(Duration atMost) {
    this.atMostMillis = Math.max(0, atMost.toMillis());
  }

  /**
   * The {@code timeout} of a Keep-Alive header (RFC 2068, 19.7.1.1) in milliseconds, -1 for none.
   */
  static long said(@Nullable String keepAlive) {
    if (keepAlive == null) {
      return -1;
    }
    for (String part : keepAlive.toLowerCase(Locale.ROOT).split(",", 8)) {
      String[] pair = part.strip().split("=", 2);
      if (pair.length == 2 && pair[0].strip().equals("timeout")) {
        String seconds = pair[1].strip();
        boolean number =
            !seconds.isEmpty()
                && seconds.length() <= 6
                && seconds.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Math.min(Long.parseLong(seconds), MOST_SECONDS) * 1000 : -1;
      }
    }
    return -1;
  }
}
