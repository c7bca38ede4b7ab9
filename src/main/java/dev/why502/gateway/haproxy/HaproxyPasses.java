package dev.why502.gateway.haproxy;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a backend sends, and where to. */
final class HaproxyPasses {
  private static final String MASK = "***";
  private static final int DEFAULT_BUFFER_BYTES = 16_384;
  private static final int DEFAULT_REWRITE_BYTES = 1_024;

  /** pool-purge-delay: idle connections that were not needed are closed at that pace. */
  private static final long DEFAULT_PURGE_MILLIS = 5_000;

  private final HaproxyConfig config;
  private final HaproxyProxy front;
  private final HaproxyRequest request;
  private final HaproxyRules rules;
  private final RouteDraft draft;

  HaproxyPasses(
      HaproxyConfig config,
      HaproxyProxy front,
      HaproxyRequest request,
      HaproxyRules rules,
      RouteDraft draft) {
    this.config = config;
    this.front = front;
    this.request = request;
    this.rules = rules;
    this.draft = draft;
  }

  /**
   * @param port that the client connects to
   */
  void build(HaproxyProxy backend, int port) {
    List<HaproxyServer> servers = chosen(backend, HaproxyServers.of(config, backend));
    HaproxyLine dispatch = backend.last("dispatch");
    if (servers.isEmpty() && dispatch != null) {
      servers =
          List.of(
              new HaproxyServer(
                  "dispatch", dispatch, HaproxyAddress.parse(dispatch.arg(1)), Map.of()));
    }
    if (servers.isEmpty()) {
      if (backend.option("transparent") != null || backend.option("http_proxy") != null) {
        draft.unknown("it goes where the client says (" + backend.header().where() + ")");
        draft.handling = Handling.UNKNOWN;
        return;
      }
      draft.handling = Handling.NO_SERVER;
      draft.location = backend.header().place();
      return;
    }
    for (HaproxyServer server : servers) {
      Peer peer = HaproxyServers.peer(backend, server, port);
      if (peer == null || (peer.address() != null && Ip.any(server.address().host()))) {
        draft.unknown(
            "its address "
                + Objects.requireNonNullElse(server.address().fault(), "is the client's own")
                + " ("
                + server.line().where()
                + ")");
      } else {
        draft.peers.add(peer);
        HaproxyServers.limits(server, draft);
      }
    }
    HaproxyServer first =
        servers.stream().filter(server -> !server.down()).findFirst().orElse(servers.get(0));
    boolean mixed =
        servers.stream().anyMatch(server -> !server.down() && server.tls() != first.tls());
    if (mixed) {
      draft.unknown(
          "some of its servers speak TLS, some do not (" + backend.header().where() + ")");
    }
    if (first.sendsProxy()) {
      draft.unknown("it sends the PROXY protocol first (" + first.line().where() + ")");
    }
    draft.handling = Handling.PROXY;
    draft.pass = pass(backend, first, servers.size());
  }

  /** The server that a use-server rule names, or all of them. */
  private List<HaproxyServer> chosen(HaproxyProxy backend, List<HaproxyServer> servers) {
    for (HaproxyLine line : backend.own("use-server")) {
      Boolean holds = rules.applies(line, backend);
      String name = rules.format().text(line.arg(1));
      if (holds == null || (holds && name == null)) {
        draft.unknown(
            "whether it applies is not known (" + line.where() + ": " + line.text() + ")");
      } else if (holds) {
        List<HaproxyServer> one =
            servers.stream().filter(server -> server.name().equals(name)).toList();
        return one.isEmpty() ? servers : one;
      }
    }
    return servers;
  }

  private Route.Pass pass(HaproxyProxy backend, HaproxyServer server, int servers) {
    boolean http = front.http() || backend.http();
    // Undecrypted, the client's own TLS goes on to the server.
    boolean tunneled = !http && request.hello;
    boolean tls = server.tls() || tunneled;
    String sni = tunneled ? request.serverName : sni(server);
    String verifyHost = server.value("verifyhost");
    boolean kept = http && keepsAlive(backend) && !"0".equals(server.value("pool-max-conn"));
    long serverMillis =
        rules.serverTimeoutMillis >= 0 ? rules.serverTimeoutMillis : backend.timeout("server");
    HaproxyLine source = backend.last("source");
    String bound = server.value("source");
    if (bound == null && source != null) {
      bound = source.arg(1);
    }
    String host = host(backend, server);
    if (http && host == null && !request.headers.isEmpty()) {
      draft.unknown("the Host that it sends is not known (" + backend.header().where() + ")");
    }
    return new Route.Pass(
        tls ? "https" : "http",
        backend.header().place(),
        HaproxyText.shown(backend.name()),
        List.of(),
        Objects.requireNonNullElse(request.method, "GET"),
        HaproxyText.shownOrNull(request.target()),
        HaproxyText.shownOrNull(host),
        HaproxyText.shownOrNull(tls ? sni : null),
        http ? setHeaders(backend) : List.of(),
        true,
        true,
        version(server),
        true,
        kept,
        server.millis("pool-purge-delay", DEFAULT_PURGE_MILLIS),
        backend.timeout("connect"),
        serverMillis,
        serverMillis,
        http ? headerBufferBytes() : Integer.MAX_VALUE,
        server.tls() && verifies(server),
        trusted(server),
        server.tls() ? HaproxyText.shownOrNull(verifyHost == null ? sni : verifyHost) : null,
        servers > 1 && backend.option("redispatch") != null,
        http ? intercepts(backend) : List.of(),
        false,
        bound == null || !HaproxyText.known(bound) ? null : HaproxyText.shown(bound),
        HaproxyBeside.of(config, front, backend));
  }

  private @Nullable String host(HaproxyProxy backend, HaproxyServer server) {
    HaproxyLine named = backend.last("http-send-name-header");
    return named != null && !named.negated() && named.arg(1).equalsIgnoreCase("host")
        ? server.name()
        : request.host();
  }

  private @Nullable String sni(HaproxyServer server) {
    String expression = server.value("sni");
    if (expression == null) {
      return null;
    }
    HaproxySample sample = rules.fetches().of(HaproxyExpression.parse(expression));
    if (!sample.known()) {
      draft.unknown("the name that it sends by TLS is not known (" + server.line().where() + ")");
    }
    String name = sample.known() ? sample.text() : null;
    if (name == null) {
      return null;
    }
    // HAProxy takes what follows the colon of a Host header for a port and leaves it out.
    int colon = name.indexOf(':');
    String plain = colon < 0 ? name : name.substring(0, colon);
    return plain.isEmpty() || Ip.literal(plain) ? null : plain;
  }

  private static String version(HaproxyServer server) {
    String alpn = server.value("alpn");
    boolean second =
        "h2".equals(server.value("proto"))
            || (server.tls() && alpn != null && (alpn.equals("h2") || alpn.startsWith("h2,")));
    return second ? "2" : "1.1";
  }

  private boolean keepsAlive(HaproxyProxy backend) {
    for (HaproxyProxy each : List.of(front, backend)) {
      if (each.option("httpclose") != null || each.option("http-server-close") != null) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of a response header: the buffer without what is kept free for rewriting. */
  private int headerBufferBytes() {
    long buffer = number("tune.bufsize", DEFAULT_BUFFER_BYTES);
    long rewrite = Math.min(number("tune.maxrewrite", DEFAULT_REWRITE_BYTES), buffer / 2);
    return (int) Math.min(Integer.MAX_VALUE, buffer - rewrite);
  }

  private long number(String name, long otherwise) {
    String written = config.globalValue(name);
    long value = written == null ? -1 : ByteText.number(written);
    return value <= 0 ? otherwise : value;
  }

  private boolean verifies(HaproxyServer server) {
    String verify = server.value("verify");
    if (verify != null) {
      return !verify.equals("none");
    }
    return !"none".equals(config.globalValue("ssl-server-verify"));
  }

  private @Nullable String trusted(HaproxyServer server) {
    String file = server.value("ca-file");
    return !server.tls() || file == null || file.startsWith("@") || !HaproxyText.known(file)
        ? null
        : config.absolute(HaproxyText.shown(file), config.globalValue("ca-base"));
  }

  private List<Header> setHeaders(HaproxyProxy backend) {
    List<Header> all = new ArrayList<>();
    forwardedFor(backend);
    for (Header header : request.changes()) {
      if (header.name().equalsIgnoreCase("host")) {
        continue;
      }
      boolean secret = ByteText.secretHeader(header.name()) && !header.value().isEmpty();
      all.add(
          new Header(
              HaproxyText.shown(header.name()), secret ? MASK : HaproxyText.shown(header.value())));
    }
    return all;
  }

  private void forwardedFor(HaproxyProxy backend) {
    HaproxyLine option = backend.option("forwardfor");
    if (option == null) {
      option = front.option("forwardfor");
    }
    String client = request.client;
    if (option == null || client == null) {
      return;
    }
    String named = option.after("header");
    String header = named.isEmpty() ? "X-Forwarded-For" : named;
    String except = option.after("except");
    List<String> there = request.values(header);
    boolean left =
        (!except.isEmpty() && Boolean.TRUE.equals(Ip.in(except, client)))
            || (option.words().contains("if-none") && there != null && !there.isEmpty());
    if (!left) {
      request.add(header, client);
    }
  }

  /** Error pages that turn a failure into another status. */
  private List<String> intercepts(HaproxyProxy backend) {
    List<String> all = new ArrayList<>();
    for (HaproxyProxy proxy : backend == front ? List.of(front) : List.of(front, backend)) {
      for (HaproxyLine line : proxy.lines()) {
        boolean redirects = line.is("errorloc") || line.is("errorloc302") || line.is("errorloc303");
        if (redirects) {
          String status = line.is("errorloc303") ? "303" : "302";
          add(all, line.arg(1) + " =" + status + " " + HaproxyText.shown(line.arg(2)));
        } else if (line.is("errorfile")) {
          page(line, all);
        } else if (line.is("http-after-response", "set-status")) {
          add(all, "=" + line.arg(2) + " (" + line.where() + ")");
        }
      }
    }
    return all;
  }

  private static void add(List<String> all, String text) {
    if (all.size() < 32 && !all.contains(text)) {
      all.add(text);
    }
  }

  private void page(HaproxyLine line, List<String> all) {
    String base = config.globalValue("errorfile-base");
    FileTexts.Read read =
        config.files().once(config.absolute(HaproxyText.shown(line.arg(2)), base));
    String text = read.file() == null ? "" : read.file().bytes();
    int blank = text.startsWith("HTTP/") ? text.indexOf(' ') : -1;
    if (blank < 0 || text.length() < blank + 4) {
      return;
    }
    String status = text.substring(blank + 1, blank + 4);
    if (ByteText.number(status) > 0 && !status.equals(line.arg(1))) {
      add(all, line.arg(1) + " =" + status + " " + HaproxyText.shown(line.arg(2)));
    }
  }
}
