package dev.why502.probe;

/**
 * What a schedule did since it was asked last.
 *
 * @param due rounds that came due
 * @param ran rounds that were started
 * @param skipped rounds left out because the probe's run before was still going, or because the
 *     whole host slept through them
 * @param maxLateMillis the latest start
 */
public record Counts(long due, long ran, long skipped, double maxLateMillis) {}
