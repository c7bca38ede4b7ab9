package dev.why502.evidence;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection of ours to a service, left idle after an answer: how long the service keeps it.
 *
 * @param upstream id of the declared upstream that it was made to, or null
 * @param heldMillis how long it was idle until it was closed, or until we gave up
 * @param closed whether the service closed it
 * @param saidMillis how long the service itself says that it keeps idle connections (Keep-Alive
 *     header); -1 where it does not say
 */
public record IdleConnection(
    @Nullable String upstream,
    String address,
    Instant at,
    double heldMillis,
    boolean closed,
    long saidMillis)
    implements Evidence {
  /** When the service closes it; -1 where that was not seen. */
  public double closesAfterMillis() {
    return saidMillis >= 0 ? (double) saidMillis : closed ? heldMillis : -1;
  }

  @Override
  public Kind kind() {
    return Kind.UPSTREAM_RESPONSE;
  }

  @Override
  public String summary() {
    if (saidMillis >= 0) {
      return address
          + " says that it closes a connection that is idle for "
          + text((double) saidMillis);
    }
    return address
        + (closed ? " closes a connection that is idle for " : " keeps an idle connection for ")
        + text(heldMillis)
        + (closed ? "" : " and longer");
  }

  private static String text(double millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }
}
