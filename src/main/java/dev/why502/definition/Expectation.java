package dev.why502.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When an answer is good.
 *
 * @param status accepted statuses; never empty
 * @param within an answer that came later makes the probe degraded, or null
 * @param bodyMatches RE2 pattern found anywhere in the body, or null
 * @param json path (such as {@code $.data[0].id}) to the expected value in JSON text
 * @param header header name to an RE2 pattern that one of its values must contain
 * @param certificateDays the certificate must be valid for so many days, or null
 */
public record Expectation(
    List<StatusRange> status,
    @Nullable Duration within,
    @Nullable String bodyContains,
    @Nullable String bodyMatches,
    Map<String, String> json,
    Map<String, String> header,
    @Nullable Integer certificateDays) {
  /** 2xx and 3xx, and nothing else asked. */
  public static final Expectation DEFAULT =
      new Expectation(
          List.of(new StatusRange(200, 399)), null, null, null, Map.of(), Map.of(), null);

  public Expectation {
    status = List.copyOf(status);
  }

  public boolean acceptsStatus(int code) {
    return status.stream().anyMatch(range -> range.from() <= code && code <= range.to());
  }

  /** Inclusive at both ends. */
  public record StatusRange(int from, int to) {}
}
