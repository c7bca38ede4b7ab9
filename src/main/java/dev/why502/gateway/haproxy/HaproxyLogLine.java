package dev.why502.gateway.haproxy;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.Ip;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of HAProxy's log, taken apart.
 *
 * @param client {@code 127.0.0.1:43210} as it stands there, or null
 * @param frontend or null
 * @param backend or null
 * @param server {@code s1}, {@code <NOSRV>}, or null
 * @param status of the answer, 0 when there was none or the line names none
 * @param flags termination state, two or four characters, "" when the line has none
 * @param retries attempts to connect after the first one, -1 when the line names none
 * @param errno 110 where a time limit of HAProxy's own ended it, else 0
 * @param peer address of the server, or its name where the address is not known
 * @param request only its beginning when the line was cut off
 * @param standing key of the lasting state, see {@link LoggedLine#standing()}
 * @param whole whether the line speaks of the gateway, not of a request
 */
record HaproxyLogLine(
    @Nullable Instant at,
    @Nullable String client,
    @Nullable String frontend,
    @Nullable String backend,
    @Nullable String server,
    int status,
    String flags,
    int retries,
    Event event,
    Stage stage,
    int errno,
    @Nullable String peer,
    @Nullable String request,
    @Nullable String standing,
    boolean whole,
    String text)
    implements LoggedLine {

  static HaproxyLogLine other(@Nullable Instant at, String text) {
    return new HaproxyLogLine(
        at,
        null,
        null,
        null,
        null,
        0,
        "",
        -1,
        Event.OTHER,
        Stage.OTHER,
        0,
        null,
        null,
        null,
        false,
        text);
  }

  @Override
  public @Nullable String host() {
    return null;
  }

  @Override
  public Tie tie(RequestFacts facts) {
    if (client == null) {
      return whole ? Tie.GATEWAY : Tie.NONE;
    }
    if (!facts.clients().isEmpty()) {
      for (String ours : facts.clients()) {
        if (sameEnd(ours, client)) {
          return Tie.OURS;
        }
      }
      return sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
    }
    boolean same =
        request != null
            && request.startsWith(facts.method() + " " + facts.path() + " HTTP/")
            && local(facts.localAddresses(), client);
    return same ? Tie.OURS : sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
  }

  /** The line has no Host: the frontend stands for the site. */
  private boolean sameRoute(RequestFacts facts) {
    String name = facts.serverName();
    int start = request == null ? -1 : request.indexOf(' ');
    if (request == null || start < 0 || name == null || !name.equals(frontend)) {
      return false;
    }
    int end = request.indexOf(' ', start + 1);
    String path = withoutQuery(request.substring(start + 1, end < 0 ? request.length() : end));
    String prefix = facts.locationPrefix();
    return prefix == null ? path.equals(withoutQuery(facts.path())) : path.startsWith(prefix);
  }

  private static String withoutQuery(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static boolean local(Set<String> addresses, String client) {
    String ip = ip(client);
    return client.startsWith("unix:")
        || addresses.stream().anyMatch(address -> Ip.same(plain(address), ip));
  }

  private static boolean sameEnd(String one, String other) {
    int a = one.lastIndexOf(':');
    int b = other.lastIndexOf(':');
    return a > 0
        && b > 0
        && one.substring(a).equals(other.substring(b))
        && Ip.same(ip(one), ip(other));
  }

  private static String ip(String end) {
    int colon = end.lastIndexOf(':');
    return plain(colon < 0 ? end : end.substring(0, colon));
  }

  /** IPv4 on a socket of both families is written as {@code ::ffff:127.0.0.1}. */
  private static String plain(String address) {
    String ip =
        address.startsWith("[") && address.endsWith("]")
            ? address.substring(1, address.length() - 1)
            : address;
    return ip.startsWith("::ffff:") && ip.indexOf('.') > 0 ? ip.substring(7) : ip;
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant seenAt, boolean fresh, Tie tie) {
    return new LogLine(
        gateway, file, seenAt, fresh, tie, event, stage, errno, null, peer, null, null, request,
        text);
  }
}
