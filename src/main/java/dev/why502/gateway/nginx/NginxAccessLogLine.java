package dev.why502.gateway.nginx;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of nginx's log of requests.
 *
 * @param outcome null when the line is none of its log
 * @param host as the client sent it, or nginx's own reading of it, or null
 * @param port whether the host may have a port
 * @param request {@code GET /x HTTP/1.1}, or null
 * @param client {@code 127.0.0.1}, or null
 * @param clientPort or null
 * @param buffered whether the line may have come long after its request
 */
record NginxAccessLogLine(
    @Nullable Instant at,
    @Nullable NginxAccessLogOutcome outcome,
    @Nullable String host,
    boolean port,
    @Nullable String serverName,
    @Nullable String request,
    @Nullable String client,
    @Nullable String clientPort,
    boolean buffered,
    String text)
    implements LoggedLine {

  static NginxAccessLogLine unread(String text) {
    return new NginxAccessLogLine(null, null, null, false, null, null, null, null, false, text);
  }

  static NginxAccessLogLine of(NginxLogFormat.Line line, @Nullable Instant at, boolean buffered) {
    String header = line.value("http_host");
    String request = line.value("request");
    String method = line.value("request_method");
    String uri = line.value("request_uri");
    if (request == null && method != null && uri != null) {
      request = method + " " + uri + " HTTP/1.1";
    }
    return new NginxAccessLogLine(
        at,
        NginxAccessLogOutcome.of(line),
        header == null ? line.value("host") : header,
        header != null,
        line.value("server_name"),
        request,
        line.value("remote_addr"),
        line.value("remote_port"),
        buffered,
        line.text());
  }

  @Override
  public Event event() {
    return outcome == null ? Event.OTHER : outcome.event();
  }

  /** Most lines tell of requests that went well, or that a client had no business to make. */
  @Override
  public boolean failure() {
    return event().failure() && failed();
  }

  private boolean failed() {
    return outcome != null
        && (outcome.status() >= 500 || outcome.event() == Event.INVALID_RESPONSE);
  }

  /** Whether it says anything of a failure: a refusal of nginx's own does, too. */
  private boolean tells() {
    return failed() || event() == Event.NOT_TRIED;
  }

  @Override
  public Tie tie(RequestFacts facts) {
    if (!tells()) {
      return Tie.NONE;
    }
    return ours(facts) ? Tie.OURS : failure() && sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
  }

  private boolean ours(RequestFacts facts) {
    if (client != null && clientPort != null && !facts.clients().isEmpty()) {
      return facts.client(client + ":" + clientPort);
    }
    // What comes late may be the line of an earlier request of ours.
    return !buffered
        && request != null
        && request.startsWith(facts.method() + " " + facts.path() + " HTTP/")
        && sameHost(facts)
        && local(facts);
  }

  private boolean local(RequestFacts facts) {
    String from = client;
    return from == null
        || from.equals("unix:")
        || facts.localAddresses().isEmpty()
        || facts.local(from);
  }

  /** Without any name of the site in it, a line may be another site's. */
  private boolean sameHost(RequestFacts facts) {
    if (host != null) {
      return host.equalsIgnoreCase(port ? facts.host() : withoutPort(facts.host()));
    }
    return serverName != null
        && !serverName.isEmpty()
        && Objects.equals(serverName, facts.serverName());
  }

  private boolean sameRoute(RequestFacts facts) {
    boolean site =
        sameHost(facts)
            || (serverName != null
                && !serverName.isEmpty()
                && Objects.equals(serverName, facts.serverName()));
    return site && request != null && facts.sameRoute(request);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') && colon > 0 ? host.substring(0, colon) : host;
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant seenAt, boolean fresh, Tie tie) {
    Stage stage = outcome == null ? Stage.OTHER : outcome.stage();
    String peer = outcome == null ? null : outcome.peer();
    return new LogLine(
        gateway, file, seenAt, fresh, tie, event(), stage, 0, null, peer, null, host, request,
        text);
  }
}
