package dev.why502.gateway.haproxy;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
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
      return facts.client(client) ? Tie.OURS : sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
    }
    boolean same =
        request != null
            && request.startsWith(facts.method() + " " + facts.path() + " HTTP/")
            && local(facts, client);
    return same ? Tie.OURS : sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
  }

  /** The line has no Host: the frontend stands for the site. */
  private boolean sameRoute(RequestFacts facts) {
    String name = facts.serverName();
    return name != null && name.equals(frontend) && request != null && facts.sameRoute(request);
  }

  private static boolean local(RequestFacts facts, String client) {
    int colon = client.lastIndexOf(':');
    return client.startsWith("unix:")
        || facts.local(colon < 0 ? client : client.substring(0, colon));
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant seenAt, boolean fresh, Tie tie) {
    return new LogLine(
        gateway, file, seenAt, fresh, tie, event, stage, errno, null, peer, null, null, request,
        text);
  }
}
