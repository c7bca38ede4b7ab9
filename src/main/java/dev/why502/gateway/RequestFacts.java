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

  /** Whether a gateway may see us come from an address, in whatever spelling. */
  public boolean local(String address) {
    String sought = Ip.unbracketed(address);
    return localAddresses.stream().anyMatch(each -> Ip.same(Ip.unbracketed(each), sought));
  }

  /** Whether it is our own end of a connection, in whatever spelling. */
  public boolean client(String end) {
    int colon = end.lastIndexOf(':');
    for (String each : clients) {
      int its = each.lastIndexOf(':');
      boolean same =
          colon > 0
              && its > 0
              && each.substring(its).equals(end.substring(colon))
              && Ip.same(
                  Ip.unbracketed(each.substring(0, its)), Ip.unbracketed(end.substring(0, colon)));
      if (same || each.equals(end)) {
        return true;
      }
    }
    return false;
  }

  /** The path that was asked for, without its query. */
  public String plainPath() {
    return withoutQuery(path);
  }

  /** Whether a request line, {@code GET /path HTTP/1.1}, is of the same route. */
  public boolean sameRoute(String requestLine) {
    int start = requestLine.indexOf(' ') + 1;
    int end = requestLine.indexOf(' ', start);
    return start > 0
        && within(
            locationPrefix, requestLine.substring(start, end < 0 ? requestLine.length() : end));
  }

  /**
   * Whether a request target is of a route.
   *
   * @param prefix null for a route that only our own path is known to take
   */
  public boolean within(@Nullable String prefix, String target) {
    String its = withoutQuery(target);
    return prefix == null ? its.equals(plainPath()) : its.startsWith(prefix);
  }

  private static String withoutQuery(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
