package dev.why502.store;

import java.time.Duration;

/**
 * Where the store is and how it behaves.
 *
 * @param gather how long an entry that nobody waits for may wait for others of its batch
 * @param firstRetry after a failure; twice as long after each further one
 * @param lastRetry at most
 * @param slow a write that takes longer is told as a failure of the store
 * @param prune between two goings through of what is old
 */
public record StoreOptions(
    StoreLocation location,
    Keeping keeping,
    Duration gather,
    Duration firstRetry,
    Duration lastRetry,
    Duration slow,
    Duration prune) {
  public static StoreOptions of(StoreLocation location) {
    return new StoreOptions(
        location,
        Keeping.DEFAULT,
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofMinutes(1));
  }
}
