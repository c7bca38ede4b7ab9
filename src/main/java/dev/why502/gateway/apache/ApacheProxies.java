package dev.why502.gateway.apache;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What mod_proxy sends, and where to. */
final class ApacheProxies {
  private static final long DEFAULT_TIMEOUT_SECONDS = 60;
  private static final long DEFAULT_RETRY_MILLIS = 60_000;
  private static final int MAX_BESIDE = 64;

  /** Directives that a change may replace. */
  private static final Set<String> BESIDE =
      Set.of(
          "proxypreservehost",
          "requestheader",
          "proxytimeout",
          "timeout",
          "sslproxyengine",
          "proxyerroroverride",
          "proxysourceaddress");

  private final ApacheConfig config;
  private final ApacheServer server;
  private final ApacheRequest request;
  private final RouteDraft draft;
  private final ApacheWorkers workers;

  ApacheProxies(ApacheConfig config, ApacheServer server, ApacheRequest request, RouteDraft draft) {
    this.config = config;
    this.server = server;
    this.request = request;
    this.draft = draft;
    this.workers = ApacheWorkers.of(server);
  }

  ApacheWorkers workers() {
    return workers;
  }

  /** Where a request goes, before that is held against what is loaded. */
  private record Aim(
      ApacheUrl url, @Nullable String query, ApacheWorkers.@Nullable Worker worker) {}

  /**
   * @param url what mod_proxy holds after "proxy:", path decoded
   * @param raw whether its path is sent as it is (nocanon)
   */
  void build(String url, boolean raw, ApacheDirective by, List<ApacheSections.Layer> layers) {
    if (url.contains("${")) {
      draft.unknown("a variable in " + by.text() + " (" + by.where() + ") is not known");
      draft.handling = Handling.UNKNOWN;
      draft.answerPlace = by.place();
      return;
    }
    ApacheWorkers.Balancer group = ApacheWorkers.balancer(url) ? workers.group(url) : null;
    String aimed = url;
    if (ApacheWorkers.balancer(url)) {
      if (config.modules().lacks("proxy_balancer_module") || group == null) {
        draft.answer(Handling.RETURN, 500, by.place());
        return;
      }
      if (group.members().isEmpty()) {
        draft.answer(Handling.RETURN, 503, by.place());
        return;
      }
      int slash = url.indexOf('/', 11);
      aimed = group.members().get(0).url() + (slash < 0 ? "/" : url.substring(slash));
    }
    ApacheUrl parsed = ApacheUrl.parse(aimed);
    if (parsed == null) {
      draft.answer(Handling.RETURN, 500, by.place());
      return;
    }
    ApacheWorkers.Worker worker =
        group != null ? group.members().get(0) : workers.worker(ApacheWorkers.withoutSocket(url));
    String socket = worker == null ? null : socket(worker.url());
    if (socket != null && parsed.socket() == null) {
      parsed = new ApacheUrl(parsed.scheme(), parsed.host(), parsed.port(), socket, parsed.path());
    }
    if (!handled(parsed.scheme(), by)) {
      return;
    }
    boolean fcgi = !http(parsed.scheme());
    if (tls(parsed.scheme()) && !ApacheSections.on(layers, "sslproxyengine", false)) {
      // "SSL Proxy requested but not enabled": nobody is asked.
      draft.answer(Handling.RETURN, 500, by.place());
      draft.unknown("SSLProxyEngine is not on (" + by.where() + ")");
      return;
    }
    peers(group, worker, parsed, by);
    draft.handling = fcgi ? Handling.OTHER_PASS : Handling.PROXY;
    String query = request.query.isEmpty() ? null : request.query;
    draft.pass = pass(new Aim(parsed, query, worker), raw, fcgi, group, by, layers);
  }

  private static @Nullable String socket(String url) {
    ApacheUrl parsed = ApacheUrl.parse(url);
    return parsed == null ? null : parsed.socket();
  }

  static boolean tls(String scheme) {
    return scheme.equals("https") || scheme.equals("wss") || scheme.equals("h2");
  }

  static boolean http(String scheme) {
    return switch (scheme) {
      case "http", "https", "ws", "wss", "h2", "h2c" -> true;
      default -> false;
    };
  }

  /** Without the module of a scheme: "No protocol handler was valid for the URL" (AH01144). */
  private boolean handled(String scheme, ApacheDirective by) {
    String module =
        switch (scheme) {
          case "http", "https" -> "proxy_http_module";
          case "ws", "wss" -> "proxy_wstunnel_module";
          case "h2", "h2c" -> "proxy_http2_module";
          case "fcgi" -> "proxy_fcgi_module";
          case "ajp" -> "proxy_ajp_module";
          case "scgi" -> "proxy_scgi_module";
          case "uwsgi" -> "proxy_uwsgi_module";
          case "ftp" -> "proxy_ftp_module";
          default -> "";
        };
    if (!module.isEmpty() && config.modules().has(module)) {
      return true;
    }
    draft.answer(Handling.RETURN, 500, by.place());
    draft.unknown(
        (module.isEmpty() ? "the scheme " + scheme : module + " is not loaded: " + scheme)
            + " has no handler ("
            + by.where()
            + ")");
    return false;
  }

  private void peers(
      ApacheWorkers.@Nullable Balancer group,
      ApacheWorkers.@Nullable Worker worker,
      ApacheUrl url,
      ApacheDirective by) {
    if (group == null) {
      draft.peers.add(peer(url, worker, worker == null ? by : worker.directive(), false));
      return;
    }
    for (ApacheWorkers.Worker member : group.members()) {
      ApacheUrl own = ApacheUrl.parse(member.url());
      if (own == null) {
        draft.unknown(
            member.directive().text() + " (" + member.directive().where() + ") is no URL");
      } else {
        draft.peers.add(peer(own, member, member.directive(), true));
      }
    }
  }

  private static Peer peer(
      ApacheUrl url, ApacheWorkers.@Nullable Worker worker, ApacheDirective by, boolean member) {
    String status = worker == null ? null : worker.parameter("status");
    String flags = status == null ? "" : set(status);
    boolean reused = worker != null && reuses(worker);
    String address = url.address();
    return new Peer(
        address,
        address == null ? ByteText.shown(url.host()) : null,
        url.port(),
        // A worker that keeps connections keeps the address too, until the next start.
        address == null && (worker == null || !reused || worker.parameter("addressttl") != null),
        by.place(),
        flags.contains("H") || flags.contains("R"),
        flags.contains("D") || flags.contains("S"),
        member && !flags.contains("I") ? 1 : 0,
        worker == null ? DEFAULT_RETRY_MILLIS : worker.millis("retry", DEFAULT_RETRY_MILLIS),
        worker == null ? null : check(worker, url, by));
  }

  /** A health check of mod_proxy_hcheck. */
  private static Route.@Nullable Check check(
      ApacheWorkers.Worker worker, ApacheUrl url, ApacheDirective by) {
    String method = worker.parameter("hcmethod");
    if (method == null || method.equalsIgnoreCase("none")) {
      return null;
    }
    boolean tls = url.scheme().equals("https");
    String uri = worker.parameter("hcuri");
    return method.equalsIgnoreCase("tcp") || uri == null
        ? new Route.Check(by.place(), null, null, url.port(), tls)
        : new Route.Check(
            by.place(),
            method.toUpperCase(java.util.Locale.ROOT),
            ByteText.shown(uri),
            url.port(),
            tls);
  }

  /** The flags that {@code status=+D-E} leaves set. */
  private static String set(String status) {
    StringBuilder flags = new StringBuilder();
    boolean on = true;
    for (int i = 0; i < status.length(); i++) {
      char c = Character.toUpperCase(status.charAt(i));
      if (c == '+' || c == '-') {
        on = c == '+';
      } else if (on) {
        flags.append(c);
      }
    }
    return flags.toString();
  }

  private static boolean reuses(ApacheWorkers.Worker worker) {
    String disabled = worker.parameter("disablereuse");
    String enabled = worker.parameter("enablereuse");
    if (worker.name().indexOf('$') >= 0 || worker.url().indexOf('$') >= 0) {
      return enabled != null && enabled.equalsIgnoreCase("on");
    }
    if (worker.name().regionMatches(true, 0, "fcgi:", 0, 5)) {
      return enabled != null && enabled.equalsIgnoreCase("on");
    }
    return !(disabled != null && disabled.equalsIgnoreCase("on"))
        && !(enabled != null && enabled.equalsIgnoreCase("off"));
  }

  private Route.Pass pass(
      Aim aim,
      boolean raw,
      boolean fcgi,
      ApacheWorkers.@Nullable Balancer group,
      ApacheDirective by,
      List<ApacheSections.Layer> layers) {
    ApacheUrl url = aim.url();
    ApacheWorkers.Worker worker = aim.worker();
    boolean preserve = ApacheSections.on(layers, "proxypreservehost", false);
    boolean tls = tls(url.scheme());
    Map<String, Header> set = headers(layers);
    // A Host of its own is sent only where the client's would be.
    Header hostSet = preserve ? set.get("host") : null;
    set.remove("host");
    String host = preserve ? request.authority : url.authority();
    String name = preserve ? request.host : url.host();
    boolean reused = worker != null && reuses(worker);
    long own = ApacheText.millis(server.value("timeout", ""), 1000);
    long general = own < 0 ? DEFAULT_TIMEOUT_SECONDS * 1000 : own;
    long proxy = ApacheText.millis(server.value("proxytimeout", ""), 1000);
    long read = worker == null ? -1 : worker.millis("timeout", -1);
    read = read >= 0 ? read : proxy >= 0 ? proxy : general;
    long connect = worker == null ? read : worker.millis("connectiontimeout", read);
    String upgrade = worker == null ? null : worker.parameter("upgrade");
    boolean upgrades =
        url.scheme().startsWith("ws")
            || (upgrade != null
                && (upgrade.equalsIgnoreCase("websocket")
                    || upgrade.equalsIgnoreCase("any")
                    || upgrade.equals("*")));
    boolean checksName =
        tls
            && ApacheSections.on(layers, "sslproxycheckpeername", true)
            && ApacheSections.on(layers, "sslproxycheckpeercn", true);
    ApacheDirective verify = ApacheSections.find(layers, "sslproxyverify");
    ApacheDirective trusted =
        ApacheSections.find(layers, "sslproxycacertificatefile", "sslproxycacertificatepath");
    ApacheDirective bind = ApacheSections.find(layers, "proxysourceaddress");
    String path = url.path();
    String sent = null;
    if (!fcgi) {
      String plain = path.startsWith("/") ? path.substring(1) : path;
      sent = "/" + (raw ? plain : ApacheUri.encoded(plain));
      sent += aim.query() == null || (raw && plain.indexOf('?') >= 0) ? "" : "?" + aim.query();
    }
    String sni = Ip.v4(name) || Ip.v6(name) || name.isEmpty() ? null : name;
    return new Route.Pass(
        protocol(url.scheme()),
        by.place(),
        group == null ? null : ByteText.shown(group.name()),
        List.of(),
        request.method,
        ApacheText.shownOrNull(sent),
        ByteText.shown(hostSet != null ? hostSet.value() : host),
        tls ? ApacheText.shownOrNull(sni) : null,
        List.copyOf(set.values()),
        true,
        true,
        "1.1",
        upgrades,
        reused,
        worker == null ? 0 : worker.millis("ttl", Integer.MAX_VALUE),
        connect,
        read,
        read,
        // Its limit is one of each line, not of the whole header.
        0,
        tls && verify != null && verify.arg(0).toLowerCase(java.util.Locale.ROOT).startsWith("req"),
        trusted == null ? null : ByteText.shown(config.absolute(trusted.arg(0))),
        checksName ? ByteText.shown(name) : null,
        group != null && group.members().size() > 1,
        intercepts(layers),
        false,
        bind == null ? null : ByteText.shown(bind.arg(0)),
        beside(by, layers));
  }

  private static String protocol(String scheme) {
    return switch (scheme) {
      case "ws", "h2c" -> "http";
      case "wss", "h2" -> "https";
      case "fcgi" -> "fastcgi";
      default -> scheme;
    };
  }

  /** RequestHeader, and what mod_proxy adds itself. */
  private Map<String, Header> headers(List<ApacheSections.Layer> layers) {
    Map<String, Header> set = new LinkedHashMap<>();
    if (ApacheSections.on(layers, "proxyaddheaders", true)) {
      String client = request.client;
      String before = request.header("x-forwarded-for");
      if (client != null) {
        put(set, "X-Forwarded-For", before.isEmpty() ? client : before + ", " + client);
      }
      String host = request.header("x-forwarded-host");
      put(
          set,
          "X-Forwarded-Host",
          host.isEmpty() ? request.authority : host + ", " + request.authority);
      String name = server.name();
      String by = request.header("x-forwarded-server");
      if (name != null) {
        put(set, "X-Forwarded-Server", by.isEmpty() ? name : by + ", " + name);
      }
    }
    for (ApacheSections.Layer layer : layers) {
      for (ApacheDirective each : layer.directives()) {
        if (each.is("requestheader")) {
          header(each, set);
        }
      }
    }
    return set;
  }

  private static void put(Map<String, Header> set, String name, String value) {
    set.put(ByteText.lower(name), new Header(name, value));
  }

  private void header(ApacheDirective each, Map<String, Header> set) {
    List<String> args = new ArrayList<>(each.args());
    args.removeIf(word -> word.equalsIgnoreCase("early"));
    if (args.size() < 2) {
      return;
    }
    String action = ByteText.lower(args.get(0));
    String name = args.get(1);
    String value = args.size() > 2 ? args.get(2) : "";
    boolean removes = action.equals("unset");
    String last = args.get(args.size() - 1);
    boolean conditional =
        args.size() > (removes ? 2 : 3) && (last.startsWith("env=") || last.startsWith("expr="));
    boolean computed = value.indexOf('%') >= 0 || value.startsWith("expr=") || each.unresolved();
    boolean known =
        !conditional
            && (removes || !computed || value.equals("%{REQUEST_SCHEME}s"))
            && !action.startsWith("edit");
    if (!known) {
      draft.unknown("what " + each.text() + " (" + each.where() + ") sets is not followed");
      return;
    }
    if (value.equals("%{REQUEST_SCHEME}s")) {
      value = request.tls ? "https" : "http";
    }
    String key = ByteText.lower(name);
    String given = set.containsKey(key) ? set.get(key).value() : request.header(name);
    boolean skipped = action.equals("setifempty") && !given.isEmpty();
    boolean added =
        (action.equals("append") || action.equals("merge") || action.equals("add"))
            && !given.isEmpty();
    if (!skipped) {
      String result = added ? given + ", " + value : value;
      put(set, name, removes ? "" : ByteText.secretHeader(name) ? ApacheText.MASK : result);
    }
  }

  /** "503 /sorry.html" of every status whose page is replaced. */
  private List<String> intercepts(List<ApacheSections.Layer> layers) {
    ApacheDirective override = ApacheSections.find(layers, "proxyerroroverride");
    boolean all = override != null && override.arg(0).equalsIgnoreCase("on");
    Map<String, String> texts = new LinkedHashMap<>();
    for (ApacheSections.Layer layer : layers) {
      for (ApacheDirective each : layer.directives()) {
        long status = each.is("errordocument") ? ByteText.number(each.arg(0)) : -1;
        // What the proxy itself answers when its upstream fails.
        boolean proxys = status == 500 || (status >= 502 && status <= 504);
        String to = each.arg(1);
        if (status >= 400 && (all || proxys) && !to.equals("default")) {
          boolean away = to.startsWith("http://") || to.startsWith("https://");
          String what = to.startsWith("/") || away ? to : "\"" + to + "\"";
          texts.put(each.arg(0), status + (away ? " =302 " : " ") + ByteText.shown(what));
        }
      }
    }
    return List.copyOf(texts.values());
  }

  /** See {@link Route.Pass#beside()}. */
  private Map<String, Place> beside(ApacheDirective by, List<ApacheSections.Layer> layers) {
    Map<String, Place> found = new LinkedHashMap<>();
    for (ApacheSections.Layer layer : layers) {
      boolean own = layer.directives().contains(by);
      for (ApacheDirective each : layer.directives()) {
        String key = each.is("requestheader") ? "requestheader " + each.arg(1) : each.name();
        key = (own ? "" : "inherited ") + ByteText.lower(key);
        if (each.block() == null && BESIDE.contains(each.name()) && found.size() < MAX_BESIDE) {
          found.put(key, each.place());
        }
      }
    }
    return found;
  }
}
