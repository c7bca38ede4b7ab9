package dev.why502.gateway.caddy;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of Caddy's log.
 *
 * @param peer the upstream's address, or null when the line names none
 * @param standing address of an upstream whose health the line tells, or null
 * @param gatewayWide whether it speaks of Caddy as a whole
 * @param client address of the client with its port, or without where that is not written
 */
record CaddyLogLine(
    @Nullable Instant at,
    Event event,
    Stage stage,
    int errno,
    int status,
    @Nullable String peer,
    @Nullable String standing,
    boolean gatewayWide,
    @Nullable String client,
    @Nullable String method,
    @Nullable String host,
    @Nullable String target,
    @Nullable String request,
    String text)
    implements LoggedLine {

  private static final String PROXY = "http.handlers.reverse_proxy";

  static CaddyLogLine of(CaddyLogFields fields, @Nullable Instant at, String text) {
    Told told = at == null ? Told.NOTHING : Told.of(fields);
    String method = fields.text("request.method");
    String uri = fields.text("request.uri");
    String ip = fields.text("request.remote_ip");
    String port = fields.text("request.remote_port");
    String client = fields.text("request.remote_addr");
    if (ip != null) {
      client = port == null || port.isEmpty() ? ip : joined(ip, port);
    }
    String peer = told.message().peer();
    String upstream = fields.text("upstream");
    return new CaddyLogLine(
        at,
        told.message().event(),
        told.message().stage(),
        told.message().errno(),
        fields.number("status"),
        peer != null || upstream == null ? peer : upstream(upstream),
        told.standing(),
        told.gatewayWide(),
        client,
        method,
        fields.text("request.host"),
        uri,
        method == null || uri == null
            ? null
            : method + " " + uri + " " + fields.text("request.proto", "HTTP/1.1"),
        text);
  }

  private static String joined(String ip, String port) {
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
  }

  private static @Nullable String upstream(String written) {
    CaddyDial dial = CaddyDial.parse(written);
    return dial == null ? null : dial.address() == null ? written : dial.address();
  }

  /** What the loggers and messages say. */
  private record Told(CaddyLogMessage message, @Nullable String standing, boolean gatewayWide) {
    static final Told NOTHING = event(Event.OTHER, Stage.OTHER);

    private static Told event(Event event, Stage stage) {
      return new Told(new CaddyLogMessage(event, stage, 0, null), null, false);
    }

    static Told of(CaddyLogFields fields) {
      String logger = fields.text("logger", "");
      String message = fields.text("msg", "");
      if (logger.equals("http.log.error") || logger.startsWith("http.log.error.")) {
        // Where the routes for errors failed too, the first error is the cause.
        String first = fields.text("first_error.msg");
        return new Told(CaddyLogMessage.of(first == null ? message : first), null, false);
      }
      if (logger.equals("http.log.access") || logger.startsWith("http.log.access.")) {
        return access(fields);
      }
      if (logger.equals(PROXY + ".health_checker.active")) {
        return health(fields, message);
      }
      if (logger.equals(PROXY)) {
        return proxy(fields, message);
      }
      boolean refused =
          fields.text("error", "").startsWith("loading config:")
              || fields.text("error", "").startsWith("adapting config")
              || message.startsWith("loading initial config")
              || message.startsWith("unable to load");
      if (refused && !fields.text("level", "").equalsIgnoreCase("info")) {
        return wide(Event.CONFIG_REFUSED);
      }
      boolean accept = message.startsWith("http: Accept error:");
      return accept && message.contains("too many open files") ? wide(Event.NO_FILES) : NOTHING;
    }

    private static Told wide(Event event) {
      return new Told(new CaddyLogMessage(event, Stage.OTHER, 0, null), null, true);
    }

    /** Newer versions add a Via to what an upstream answered, and all keep its Server. */
    private static Told access(CaddyLogFields fields) {
      String server = fields.text("resp_headers.Server", "");
      boolean passed =
          fields.text("resp_headers.Via", "").endsWith(" Caddy")
              || (!server.isEmpty() && !server.equals("Caddy"));
      return event(passed ? Event.ANSWERED : Event.OTHER, Stage.OTHER);
    }

    private static Told health(CaddyLogFields fields, String message) {
      String address = fields.text("host", fields.text("address", ""));
      String key = address.isEmpty() ? null : address;
      boolean up = message.equals("host is up");
      boolean down =
          message.equals("HTTP request failed")
              || message.equals("unexpected status code")
              || message.equals("status code out of tolerances")
              || message.equals("failed to read response body")
              || message.equals("response body failed expectations")
              || message.equals("active health check failed");
      if (!up && !down) {
        return NOTHING;
      }
      CaddyDial dial = key == null ? null : CaddyDial.parse(key);
      String peer = dial == null || dial.address() == null ? key : dial.address();
      Event event = up ? Event.PEER_UP : Event.PEER_DOWN;
      int errno = CaddyLogMessage.of(inner(fields.text("error", ""))).errno();
      return new Told(new CaddyLogMessage(event, Stage.OTHER, errno, peer), key, true);
    }

    /** {@code Get "http://..": dial tcp ..}: what stands after the quoted URL. */
    private static String inner(String error) {
      int quote = error.lastIndexOf("\": ");
      return quote < 0 ? error : error.substring(quote + 3);
    }

    private static Told proxy(CaddyLogFields fields, String message) {
      String error = fields.text("error", "");
      if (message.equals("aborting with incomplete response")) {
        CaddyLogMessage inner = CaddyLogMessage.of(error);
        return new Told(
            new CaddyLogMessage(Event.BODY_BROKEN, Stage.READING_BODY, inner.errno(), inner.peer()),
            null,
            false);
      }
      if (message.startsWith("failed getting dynamic upstreams")) {
        return new Told(CaddyLogMessage.of(error), null, false);
      }
      if (message.equals("upstream roundtrip")) {
        return error.isEmpty()
            ? event(Event.ANSWERED, Stage.OTHER)
            : new Told(CaddyLogMessage.of(error), null, false);
      }
      return NOTHING;
    }
  }

  @Override
  public Tie tie(RequestFacts facts) {
    if (gatewayWide) {
      return Tie.GATEWAY;
    }
    if (method == null || target == null) {
      return Tie.NONE;
    }
    boolean sameRequest = method.equals(facts.method()) && target.equals(facts.path());
    boolean sameHost = host != null && host.equalsIgnoreCase(facts.host());
    if (client != null && !facts.clients().isEmpty() && named(client)) {
      if (facts.clients().contains(client)) {
        return Tie.OURS;
      }
    } else if (sameRequest && sameHost && local(facts)) {
      return Tie.OURS;
    }
    return sameRoute(facts) ? Tie.SAME_ROUTE : Tie.NONE;
  }

  /** Whether an address has its port. */
  private static boolean named(String client) {
    return client.startsWith("[")
        ? client.indexOf("]:") > 0
        : client.indexOf(':') > 0 && client.indexOf(':') == client.lastIndexOf(':');
  }

  private boolean local(RequestFacts facts) {
    return client == null
        || facts.localAddresses().isEmpty()
        || facts.local(named(client) ? CaddyAddress.HostPort.split(client).host() : client);
  }

  private boolean sameRoute(RequestFacts facts) {
    boolean sameSite =
        host != null
            && (host.equalsIgnoreCase(facts.host())
                || (facts.serverName() != null
                    && CaddyMatching.hostFits(
                        facts.serverName(), CaddyAddress.HostPort.split(host).host())));
    if (!sameSite || target == null) {
      return false;
    }
    String prefix = facts.locationPrefix();
    return facts.within(
        prefix != null && prefix.endsWith("*") ? prefix.substring(0, prefix.length() - 1) : prefix,
        target);
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant time, boolean fresh, Tie tie) {
    return new LogLine(
        gateway, file, time, fresh, tie, event, stage, errno, null, peer, null, host, request,
        text);
  }
}
