package dev.why502.watch;

import org.jspecify.annotations.Nullable;

/**
 * Whom to follow, and how patiently.
 *
 * @param token presented as a bearer, or null
 * @param probe only this one, or null for all
 */
public record WatchOptions(
    ServiceUrl url, @Nullable String token, @Nullable String probe, Times times) {
  /**
   * How long we wait.
   *
   * @param answerMillis for a handshake and for each answer
   * @param silentMillis without the service's own sign of life before that is said
   * @param goneMillis without any sign of life before the connection is given up
   * @param settleMillis after a connection before a probe that was not heard of is taken as gone:
   *     each is told once a minute
   * @param firstRetryMillis before the second try; doubled from then on
   * @param longestRetryMillis between two tries
   * @param tickMillis between two looks at the clock
   */
  public record Times(
      long answerMillis,
      long silentMillis,
      long goneMillis,
      long settleMillis,
      long firstRetryMillis,
      long longestRetryMillis,
      long tickMillis) {
    public static final Times DEFAULT =
        new Times(10_000, 30_000, 45_000, 90_000, 500, 15_000, 1_000);
  }
}
