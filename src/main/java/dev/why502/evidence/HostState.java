package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The prober itself.
 *
 * @param lateMillis how late the run of this case began
 * @param intervalMillis interval of the probe
 * @param reached non-local targets and controls that gave any byte, a connection or a reset
 * @param unreached non-local targets and controls that failed in name, in route or without any
 *     answer to a SYN
 * @param controls how many of {@code unreached} are controls
 * @param localAddresses addresses of this host's interfaces, without ports
 * @param clockStepMillis wall clock against monotonic clock since the round before
 * @param namespace "host" or "own" where it can be told, or null
 */
public record HostState(
    Instant at,
    double lateMillis,
    long intervalMillis,
    List<String> reached,
    List<String> unreached,
    int controls,
    List<String> localAddresses,
    long clockStepMillis,
    @Nullable String namespace)
    implements Evidence {
  public HostState {
    reached = List.copyOf(reached);
    unreached = List.copyOf(unreached);
    localAddresses = List.copyOf(localAddresses);
  }

  @Override
  public Kind kind() {
    return Kind.HOST;
  }

  @Override
  public String summary() {
    return reached.isEmpty() && !unreached.isEmpty()
        ? "this host reaches none of " + String.join(", ", unreached)
        : "this host reaches " + reached.size() + " of its non-local targets";
  }
}
