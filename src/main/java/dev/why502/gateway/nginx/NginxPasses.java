package dev.why502.gateway.nginx;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pass directive sends, and where to (ngx_http_proxy_module and its kin). */
final class NginxPasses {
  private static final long DEFAULT_TIMEOUT_MILLIS = 60_000;
  private static final long DEFAULT_KEEPALIVE_MILLIS = 60_000;
  private static final int PAGE_BYTES = 4096;
  private static final int MAX_BESIDE = 64;

  private final NginxConfig config;
  private final NginxRequest request;
  private final NginxVariables variables;
  private final RouteDraft draft;

  NginxPasses(
      NginxConfig config, NginxRequest request, NginxVariables variables, RouteDraft draft) {
    this.config = config;
    this.request = request;
    this.variables = variables;
    this.draft = draft;
  }

  void build(NginxScope scope, NginxDirective directive) {
    String written = directive.arg(0);
    boolean variable = written.indexOf('$') >= 0;
    String text = variables.text(written);
    boolean proxy = directive.name().equals("proxy_pass");
    NginxPass.Url url = text == null ? null : NginxPass.url(directive.name(), text);
    if (variable && url != null && url.fault() != null) {
      // What the variables come to is no URL: nginx answers 500 without asking anybody.
      draft.answer(Handling.RETURN, 500, directive.place());
      return;
    }
    draft.handling = proxy ? Handling.PROXY : Handling.OTHER_PASS;
    if (text == null) {
      draft.unknown(
          variables.missing()
              + " is not known ("
              + directive.where()
              + ": "
              + directive.text()
              + ")");
    } else if (url != null && url.fault() != null) {
      draft.unknown(url.fault() + " in " + text + " (" + directive.where() + ")");
      url = null;
    }
    NginxDirective group = null;
    NginxAddress address = url == null ? null : url.address();
    if (url != null && address != null) {
      String host = host(url);
      variables.proxy(host, address.socket() != null ? "" : String.valueOf(address.port()));
      NginxDirective named = address.socket() != null ? null : config.group(address.host());
      group = named != null && (address.noPort() || !variable) ? named : null;
      NginxPeers peers = new NginxPeers(config, draft, scope);
      if (group != null) {
        peers.ofGroup(group);
      } else {
        peers.ofAddress(address, directive, variable);
      }
    }
    String protocol =
        url != null ? url.protocol() : writtenProtocol(directive.name(), ByteText.lower(written));
    draft.pass = pass(scope, directive, protocol, url, group, variable);
  }

  private static String writtenProtocol(String directive, String written) {
    return switch (directive) {
      case "proxy_pass" -> written.startsWith("https") ? "https" : "http";
      case "grpc_pass" -> written.startsWith("grpcs") ? "grpcs" : "grpc";
      default -> NginxPass.family(directive);
    };
  }

  /** Value of {@code $proxy_host}: without the scheme's own port, a socket is "localhost". */
  private static String host(NginxPass.Url url) {
    NginxAddress address = url.address();
    if (address.socket() != null) {
      return "localhost";
    }
    String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
    return address.noPort() || address.port() == url.defaultPort()
        ? host
        : host + ":" + address.port();
  }

  private Route.Pass pass(
      NginxScope scope,
      NginxDirective directive,
      String protocol,
      NginxPass.@Nullable Url url,
      @Nullable NginxDirective group,
      boolean variable) {
    String family = NginxPass.family(directive.name());
    boolean proxy = family.equals("proxy");
    boolean tls = protocol.equals("https") || protocol.equals("grpcs");
    NginxHeaders headers = new NginxHeaders(scope, family, request, variables, draft);
    String version = family.equals("grpc") ? "2" : scope.value("proxy_http_version", "1.0");
    NginxDirective keepAlive = group == null ? null : only(group, "keepalive");
    boolean kept =
        keepAlive != null
            && !keepAlive.arg(0).equals("0")
            && (proxy ? !version.equals("1.0") && !headers.closes() : keepsOpen(scope, family));
    String verifyName = tls ? sslName(scope, family, url) : null;
    NginxDirective trusted = scope.find(family + "_ssl_trusted_certificate");
    NginxDirective bind = scope.find(family + "_bind");
    String bound = bind == null || bind.arg(0).equals("off") ? null : variables.text(bind.arg(0));
    List<Header> set = headers.all();
    return new Route.Pass(
        protocol,
        directive.place(),
        group == null ? null : ByteText.shown(group.arg(0)),
        List.of(),
        method(scope, family),
        shown(uri(scope, directive, url, variable)),
        shown(headers.host()),
        tls && scope.on(family + "_ssl_server_name") ? shown(sni(verifyName)) : null,
        set,
        !ByteText.lower(scope.value(family + "_pass_request_headers", "on")).equals("off"),
        !ByteText.lower(scope.value(family + "_pass_request_body", "on")).equals("off"),
        version,
        proxy && version.equals("1.1") && headers.upgrades(),
        kept,
        keepAliveMillis(group),
        scope.millis(family + "_connect_timeout", DEFAULT_TIMEOUT_MILLIS),
        scope.millis(family + "_send_timeout", DEFAULT_TIMEOUT_MILLIS),
        scope.millis(family + "_read_timeout", DEFAULT_TIMEOUT_MILLIS),
        (int) Math.min(Integer.MAX_VALUE, scope.bytes(family + "_buffer_size", PAGE_BYTES)),
        tls && scope.on(family + "_ssl_verify"),
        trusted == null ? null : absolute(trusted.arg(0)),
        shown(verifyName),
        nextUpstream(scope, family),
        NginxErrorPage.intercepts(scope, family),
        stale(scope, family),
        shown(bound),
        beside(scope, family));
  }

  private static boolean keepsOpen(NginxScope scope, String family) {
    return switch (family) {
      case "fastcgi" -> scope.on("fastcgi_keep_conn");
      case "grpc", "memcached" -> true;
      default -> false;
    };
  }

  private static @Nullable String shown(@Nullable String bytes) {
    return bytes == null ? null : ByteText.shown(bytes);
  }

  private String absolute(String path) {
    String shown = ByteText.shown(path);
    int slash = config.path().lastIndexOf('/');
    return shown.startsWith("/")
        ? shown
        : config.path().substring(0, Math.max(0, slash)) + "/" + shown;
  }

  private String method(NginxScope scope, String family) {
    NginxDirective method = scope.find(family + "_method");
    String value = method == null ? null : variables.text(method.arg(0));
    if (value != null && !value.isEmpty()) {
      return value;
    }
    boolean converted =
        request.method.equals("HEAD")
            && cached(scope, family)
            && !ByteText.lower(scope.value(family + "_cache_convert_head", "on")).equals("off");
    return converted ? "GET" : request.method;
  }

  /** As ngx_http_proxy_create_request writes it; null when not known. */
  private @Nullable String uri(
      NginxScope scope, NginxDirective directive, NginxPass.@Nullable Url url, boolean variable) {
    if (!directive.name().equals("proxy_pass")) {
      return directive.name().equals("memcached_pass")
          ? variables.text("$memcached_key")
          : request.unparsedUri;
    }
    if (url == null) {
      return null;
    }
    String uri = url.address().uri();
    if (uri.startsWith("?")) {
      uri = "/" + uri;
    }
    if (variable && !uri.isEmpty()) {
      return uri;
    }
    if (uri.isEmpty() && request.validUnparsedUri) {
      return request.unparsedUri;
    }
    int replaced = 0;
    if (request.validLocation && !uri.isEmpty()) {
      NginxLocation.Parts parts = NginxLocation.parts(scope.handler().directive());
      int length = parts == null ? 0 : parts.name().length();
      replaced = Math.min(length, request.uri.length());
    }
    String rest = request.uri.substring(replaced);
    if (request.quoted || request.internal) {
      rest = NginxUri.escapedPath(rest);
    }
    return (request.validLocation ? uri : "")
        + rest
        + (request.args.isEmpty() ? "" : "?" + request.args);
  }

  /** The name that is verified, and sent when it is sent; null when not known. */
  private @Nullable String sslName(NginxScope scope, String family, NginxPass.@Nullable Url url) {
    NginxDirective name = scope.find(family + "_ssl_name");
    String value =
        name != null
            ? variables.text(name.arg(0))
            : url == null ? null : variables.value("proxy_host");
    if (value == null) {
      return null;
    }
    int colon =
        value.startsWith("[")
            ? value.indexOf(':', Math.max(0, value.indexOf(']')))
            : value.indexOf(':');
    return colon < 0 ? value : value.substring(0, colon);
  }

  /** Addresses are never sent as server names (RFC 6066, 3). */
  private static @Nullable String sni(@Nullable String name) {
    if (name == null || name.isEmpty() || name.startsWith("[") || Ip.v4(name)) {
      return null;
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean nextUpstream(NginxScope scope, String family) {
    NginxDirective next = scope.find(family + "_next_upstream");
    boolean off = next != null && next.args().contains("off");
    return !off && !scope.value(family + "_next_upstream_tries", "0").equals("1");
  }

  private static boolean cached(NginxScope scope, String family) {
    return !scope.value(family + "_cache", "off").equals("off");
  }

  private static boolean stale(NginxScope scope, String family) {
    return cached(scope, family) && !scope.value(family + "_cache_use_stale", "off").equals("off");
  }

  private static @Nullable NginxDirective only(NginxDirective block, String name) {
    for (NginxDirective each : block.children()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private static long keepAliveMillis(@Nullable NginxDirective group) {
    NginxDirective timeout = group == null ? null : only(group, "keepalive_timeout");
    long millis = timeout == null ? -1 : NginxUnits.millis(timeout.arg(0));
    return millis < 0 ? DEFAULT_KEEPALIVE_MILLIS : millis;
  }

  /** See {@link Route.Pass#beside()}. */
  private static Map<String, Place> beside(NginxScope scope, String family) {
    Map<String, Place> beside = new HashMap<>();
    String setHeader = family + "_set_header";
    boolean own = !scope.own(setHeader).isEmpty();
    for (NginxDirective each : scope.directive().children()) {
      String name = ByteText.lower(each.name());
      boolean plain = each.block() == null && !name.endsWith("_pass");
      if (plain && beside.size() < MAX_BESIDE) {
        beside.put(key(each, name, setHeader), each.place());
      }
    }
    for (NginxDirective each : scope.nearest(setHeader)) {
      if (!own && beside.size() < MAX_BESIDE) {
        beside.put("inherited " + key(each, setHeader, setHeader), each.place());
      }
    }
    return beside;
  }

  private static String key(NginxDirective each, String name, String setHeader) {
    return name.equals(setHeader) ? name + " " + ByteText.shown(ByteText.lower(each.arg(0))) : name;
  }
}
