package dev.why502.notify;

import java.time.Duration;
import java.util.List;

/**
 * How long what takes; tests have shorter ones.
 *
 * @param settleMillis that a beginning waits: what is found in that time of the cause is told with
 *     it
 * @param pausesMillis before the second try and each that follows; behind the last one it is given
 *     up
 * @param callMillis within which a web service must have answered
 * @param mailMillis the same for a mail server, which may take its time before it greets
 * @param longestPauseMillis that a receiver may ask for
 * @param paceMost messages to a bot within {@code paceMillis}
 * @param resendMillis after which Alertmanager is told again that something lasts
 * @param ahead after which an alert ends by itself when it is not told again
 */
public record Timing(
    long settleMillis,
    List<Long> pausesMillis,
    long callMillis,
    long mailMillis,
    long longestPauseMillis,
    int paceMost,
    long paceMillis,
    long resendMillis,
    Duration ahead) {
  /** Of the running service. DingTalk shuts a bot out for ten minutes after 20 in one. */
  public static final Timing DEFAULT =
      new Timing(
          1_500,
          List.of(1_000L, 10_000L, 60_000L),
          5_000,
          20_000,
          300_000,
          18,
          60_000,
          60_000,
          Duration.ofMinutes(4));

  public Timing {
    pausesMillis = List.copyOf(pausesMillis);
  }
}
