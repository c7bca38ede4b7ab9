package dev.why502.gateway;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a log line has to agree with to be about a request of ours.
 *
 * @param path request target that was sent, with its query
 * @param host Host header that was sent
 * @param localAddresses addresses that a gateway may see us come from, without ports; empty when
 *     they are not known, and then the client of a line is not looked at
 * @param clients our own ends of the connections of our requests, {@code 127.0.0.1:43210}: exact
 *     where a log names its clients so; empty when they are not known
 * @param locationPrefix prefix of the paths that take the same route, or null
 * @param serverName the gateway's own name for the site, or null
 */
public record RequestFacts(
    String method,
    String path,
    String host,
    Set<String> localAddresses,
    Set<String> clients,
    @Nullable String locationPrefix,
    @Nullable String serverName) {
  public RequestFacts {
    localAddresses = Set.copyOf(localAddresses);
    clients = Set.copyOf(clients);
  }
}
