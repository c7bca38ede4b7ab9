package dev.why502.watch;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident as it is on the bus, as far as people are shown it.
 *
 * @param state open, flapping or resolved; whatever else a later service may say
 */
record Incident(
    String id,
    String state,
    String cause,
    String summary,
    List<String> probes,
    @Nullable Instant since,
    @Nullable Instant at) {
  private static final int MAX_ID = 200;

  Incident {
    probes = List.copyOf(probes);
  }

  /** Null where the body is none. */
  static @Nullable Incident of(@Nullable Object body) {
    Fields incident = Fields.of(body);
    String id = incident.text("id");
    return id.isEmpty() || id.length() > MAX_ID || incident.text("state").isEmpty()
        ? null
        : new Incident(
            id,
            incident.text("state"),
            incident.text("cause"),
            incident.text("summary"),
            incident.texts("probes"),
            incident.time("since"),
            incident.time("at"));
  }

  boolean resolved() {
    return state.equals("resolved");
  }
}
