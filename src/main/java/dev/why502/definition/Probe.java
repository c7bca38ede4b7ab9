package dev.why502.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One definition of a check.
 *
 * @param gateway id of the gateway that answers at the target, or null
 * @param upstreams ids of the probes of the services behind it, or null where they were left out
 * @param timeout bounds everything of one run: name, connect, TLS, head, body
 * @param objective what share of its runs is to be good, or null where nothing is promised
 */
public record Probe(
    String id,
    Target target,
    @Nullable String description,
    Map<String, String> labels,
    boolean enabled,
    @Nullable String gateway,
    @Nullable List<String> upstreams,
    Request request,
    Expectation expect,
    Duration interval,
    Duration timeout,
    Threshold threshold,
    @Nullable ProcessSelector process,
    List<String> artifacts,
    List<String> logs,
    @Nullable Objective objective) {
  /** Without an objective. */
  public Probe(
      String id,
      Target target,
      @Nullable String description,
      Map<String, String> labels,
      boolean enabled,
      @Nullable String gateway,
      @Nullable List<String> upstreams,
      Request request,
      Expectation expect,
      Duration interval,
      Duration timeout,
      Threshold threshold,
      @Nullable ProcessSelector process,
      List<String> artifacts,
      List<String> logs) {
    this(
        id,
        target,
        description,
        labels,
        enabled,
        gateway,
        upstreams,
        request,
        expect,
        interval,
        timeout,
        threshold,
        process,
        artifacts,
        logs,
        null);
  }

  /** An edge probe names its gateway or its upstreams; any other stands for itself. */
  public boolean edge() {
    return gateway != null || upstreams != null;
  }
}
