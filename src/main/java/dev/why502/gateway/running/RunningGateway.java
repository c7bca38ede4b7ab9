package dev.why502.gateway.running;

import dev.why502.definition.Gateway;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that runs on this host.
 *
 * @param pid of its oldest process, the master where there is one
 * @param configs the main configuration file that it was started with, absolute; several where it
 *     takes several, none where that is not known
 * @param why the configuration is not known, in words; null when it is
 * @param errorFile the regular file that its standard error goes to, or null
 */
public record RunningGateway(
    Gateway.Kind kind,
    int pid,
    List<String> configs,
    @Nullable String why,
    @Nullable String errorFile) {
  public RunningGateway {
    configs = List.copyOf(configs);
  }
}
