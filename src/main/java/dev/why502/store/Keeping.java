package dev.why502.store;

import java.time.Duration;

/**
 * How much is kept. What is open is kept whatever this says.
 *
 * @param events verdict changes, incidents, remedies' runs, by age
 * @param minutes rollups by the minute
 * @param hours rollups by the hour
 * @param days rollups by the day
 * @param observations single runs
 * @param mostObservations of all probes together
 * @param maxBytes of the whole store: what is oldest and can be missed best goes first
 */
public record Keeping(
    Duration events,
    Duration minutes,
    Duration hours,
    Duration days,
    Duration observations,
    int mostObservations,
    long maxBytes) {
  /** 400 days hold one year and its neighbour's season, for comparison. */
  public static final Keeping DEFAULT =
      new Keeping(
          Duration.ofDays(400),
          Duration.ofDays(7),
          Duration.ofDays(90),
          Duration.ofDays(400),
          Duration.ofHours(24),
          20_000,
          256L << 20);

  /** The same in so many bytes. */
  public Keeping withMaxBytes(long bytes) {
    return new Keeping(events, minutes, hours, days, observations, mostObservations, bytes);
  }

  /** Where letting go begins: some room is for what comes meanwhile, and for SQLite's log. */
  long startBytes() {
    return maxBytes / 10 * 9;
  }

  /** Where it ends. */
  long enoughBytes() {
    return maxBytes / 100 * 85;
  }
}
