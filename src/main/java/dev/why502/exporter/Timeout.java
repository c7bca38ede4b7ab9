package dev.why502.exporter;

import dev.why502.definition.ProbeModule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a look may take, so that the scrape gets its answer in time. */
final class Timeout {
  static final String HEADER = "X-Prometheus-Scrape-Timeout-Seconds";

  /** Taken off the scrape's timeout for everything around the look. */
  static final double OFFSET_SECONDS = 0.5;

  /** Where the scrape names none. */
  static final double LONGEST_SECONDS = 120;

  private Timeout() {}

  /**
   * Seconds for this scrape.
   *
   * @param header its own timeout, or null
   * @throws NumberFormatException if the header is no number
   */
  static double seconds(@Nullable String header, ProbeModule module) {
    double scrape = header == null || header.isEmpty() ? 0 : Double.parseDouble(header.strip());
    if (!(scrape > 0) || scrape > LONGEST_SECONDS) {
      scrape = LONGEST_SECONDS;
    }
    // A scrape shorter than the offset still wants its answer in time.
    double most = scrape > 2 * OFFSET_SECONDS ? scrape - OFFSET_SECONDS : scrape / 2;
    Duration own = module.timeout();
    return own == null ? most : Math.min(most, own.toMillis() / 1000.0);
  }
}
