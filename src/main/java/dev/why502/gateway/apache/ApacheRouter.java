package dev.why502.gateway.apache;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Pcre;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through httpd's hooks (request.c): rewrite rules of the server, ProxyPass,
 * Redirect, access, and what is left is a file. Looks at the disk where httpd would; belongs on a
 * worker.
 */
final class ApacheRouter {
  private static final long DEFAULT_BODY_BYTES = 1L << 30;

  private final ApacheConfig config;
  private final ApacheServer server;
  private final ApacheRequest request;
  private final RouteDraft draft;
  private final ApacheSections sections;
  private final ApacheProxies proxies;
  private final ApacheAccess access;
  private boolean redirected;

  ApacheRouter(ApacheConfig config, ApacheServer server, ApacheRequest request, RouteDraft draft) {
    this.config = config;
    this.server = server;
    this.request = request;
    this.draft = draft;
    this.sections = new ApacheSections(server, draft);
    this.proxies = new ApacheProxies(config, server, request, draft);
    this.access = new ApacheAccess(request, draft);
  }

  /** What mod_proxy was told to ask for. */
  private record Proxied(
      String url, boolean raw, ApacheDirective by, @Nullable ApacheDirective section) {}

  void run() {
    ApacheRewrite.Outcome rewritten =
        config.modules().has("rewrite_module")
            ? new ApacheRewrite(server, request, draft).run()
            : new ApacheRewrite.Outcome(ApacheRewrite.Kind.ON, "", 0, null);
    ApacheDirective rule = rewritten.by();
    if (rule != null) {
      draft.location = rule.place();
    }
    switch (rewritten.kind()) {
      case UNKNOWN -> {
        draft.handling = Handling.UNKNOWN;
        draft.answerPlace = rule == null ? null : rule.place();
        limits(locationLayers());
      }
      case ANSWER -> {
        if (rule != null) {
          draft.answer(Handling.RETURN, rewritten.status(), rule.place());
        }
        limits(locationLayers());
      }
      case PROXY -> {
        if (rule != null) {
          proxied(new Proxied(rewritten.text(), false, rule, null));
        }
      }
      case FILE -> file(rewritten.text());
      case ON -> translated();
    }
  }

  private void translated() {
    List<ApacheSections.Layer> layers = locationLayers();
    Proxied proxied = config.modules().has("proxy_module") ? proxyPass(layers) : null;
    if (proxied != null) {
      proxied(proxied);
      return;
    }
    ApacheDirective redirect = redirect(sections.base());
    if (redirect != null) {
      draft.location = redirect.place();
      draft.answer(Handling.RETURN, status(redirect), redirect.place());
      limits(layers);
      return;
    }
    file(null);
  }

  private List<ApacheSections.Layer> locationLayers() {
    List<ApacheSections.Layer> layers = new ArrayList<>(sections.base());
    layers.addAll(sections.locations(request.uri));
    return layers;
  }

  /** The ProxyPass of the innermost Location, else the first one of the server that fits. */
  private @Nullable Proxied proxyPass(List<ApacheSections.Layer> layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      ApacheDirective section = layers.get(i).section();
      ApacheDirective last = null;
      for (ApacheDirective each : layers.get(i).directives()) {
        last = section != null && pass(each) ? each : last;
      }
      if (last != null) {
        ApacheWorkers.Alias alias = ApacheWorkers.Alias.of(last, section);
        Step step = alias == null ? Step.NEXT : step(alias);
        if (step.kind != Step.Kind.NEXT) {
          return step.proxied;
        }
        break;
      }
    }
    for (ApacheSections.Layer layer : sections.base()) {
      for (ApacheDirective each : layer.directives()) {
        ApacheWorkers.Alias alias = pass(each) ? ApacheWorkers.Alias.of(each, null) : null;
        Step step = alias == null ? Step.NEXT : step(alias);
        if (step.kind != Step.Kind.NEXT) {
          return step.proxied;
        }
      }
    }
    return null;
  }

  private static boolean pass(ApacheDirective each) {
    return each.is("proxypass") || each.is("proxypassmatch");
  }

  /**
   * What one ProxyPass makes of the request.
   *
   * @param proxied null when it takes the request out of proxying
   */
  private record Step(Kind kind, @Nullable Proxied proxied) {
    enum Kind {
      NEXT,
      TAKEN
    }

    static final Step NEXT = new Step(Kind.NEXT, null);
    static final Step OUT = new Step(Kind.TAKEN, null);
  }

  private Step step(ApacheWorkers.Alias alias) {
    String found;
    String uri = alias.noCanon() ? raw() : request.uri;
    if (alias.regex()) {
      Pcre.Result result = Pcre.of(alias.fake(), false).find(request.uri);
      if (!result.known()) {
        draft.unknown(
            "the pattern of "
                + alias.directive().text()
                + " ("
                + alias.directive().where()
                + ") could not be followed");
        return Step.NEXT;
      }
      Pcre.Match match = result.match();
      if (match == null) {
        return Step.NEXT;
      }
      if (alias.real().equals("!")) {
        return Step.OUT;
      }
      String real = ApacheWorkers.withoutSocket(alias.real());
      String substituted = substituted(real, match.groups());
      found = substituted.equals(real) ? real + uri : substituted;
    } else {
      int length = ApacheWorkers.Alias.length(alias.fake(), uri);
      if (ApacheWorkers.Alias.length(alias.fake(), request.uri) == 0) {
        return Step.NEXT;
      }
      if (alias.real().equals("!")) {
        return Step.OUT;
      }
      found = ApacheWorkers.withoutSocket(alias.real()) + uri.substring(length);
    }
    boolean tunnel = found.startsWith("ws:") || found.startsWith("wss:");
    boolean strict =
        config.modules().lacks("proxy_http_module")
            || server.value("proxywebsocketfallbacktoproxyhttp", "on").equalsIgnoreCase("off");
    if (tunnel && strict && !request.upgradesTo("websocket")) {
      // mod_proxy_wstunnel alone takes upgrades only, and leaves the rest to the next.
      return Step.NEXT;
    }
    if (alias.interpolate()) {
      draft.unknown(alias.directive().text() + " is interpolated, which is not followed");
    }
    return new Step(
        Step.Kind.TAKEN, new Proxied(found, alias.noCanon(), alias.directive(), alias.section()));
  }

  private String raw() {
    int mark = request.unparsed.indexOf('?');
    return mark < 0 ? request.unparsed : request.unparsed.substring(0, mark);
  }

  /** {@code $1} and {@code &} as ap_pregsub puts them in. */
  private static String substituted(String text, List<String> groups) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (c == '$' && Character.isDigit(next)) {
        out.append(next - '0' < groups.size() ? groups.get(next - '0') : "");
        i++;
      } else if (c == '\\' && (next == '$' || next == '&')) {
        out.append(next);
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void proxied(Proxied proxied) {
    List<ApacheSections.Layer> layers = new ArrayList<>(sections.base());
    layers.addAll(sections.proxies(proxied.url()));
    layers.addAll(sections.locations(request.uri));
    ApacheDirective section = proxied.section();
    draft.location = (section == null ? proxied.by() : section).place();
    noteIf(layers);
    if (refused(layers)) {
      return;
    }
    proxies.build(proxied.url(), proxied.raw(), proxied.by(), layers);
    limits(layers);
  }

  /** Whether an access rule or a Redirect of a section answers. */
  private boolean refused(List<ApacheSections.Layer> layers) {
    ApacheDirective denied = access.denied(layers);
    if (denied != null) {
      draft.answer(Handling.DENY, 403, denied.place());
      limits(layers);
      return true;
    }
    ApacheDirective redirect =
        redirect(layers.stream().filter(layer -> layer.section() != null).toList());
    if (redirect != null) {
      draft.location = redirect.place();
      draft.answer(Handling.RETURN, status(redirect), redirect.place());
      limits(layers);
      return true;
    }
    for (ApacheSections.Layer layer : layers) {
      ApacheDirective inside = layer.section();
      boolean rewrites =
          inside != null
              && layer.directives().stream().anyMatch(each -> each.is("rewriterule"))
              && layer.directives().stream()
                  .anyMatch(each -> each.is("rewriteengine") && each.arg(0).equalsIgnoreCase("on"));
      if (inside != null && rewrites) {
        draft.unknown(
            "the rewrite rules of " + inside.text() + " (" + inside.where() + ") are not followed");
      }
    }
    return false;
  }

  private void noteIf(List<ApacheSections.Layer> layers) {
    for (ApacheSections.Layer layer : layers) {
      for (ApacheDirective each : layer.directives()) {
        if (each.is("if")) {
          draft.unknown(each.text() + " (" + each.where() + ") is not followed");
        }
      }
    }
  }

  private @Nullable ApacheDirective redirect(List<ApacheSections.Layer> layers) {
    if (config.modules().lacks("alias_module")) {
      return null;
    }
    // The virtual host's own come before those of the main server, inner sections before outer.
    for (int i = layers.size() - 1; i >= 0; i--) {
      ApacheDirective section = layers.get(i).section();
      for (ApacheDirective each : layers.get(i).directives()) {
        if (each.name().startsWith("redirect") && takes(each, section)) {
          return each;
        }
      }
    }
    return null;
  }

  private boolean takes(ApacheDirective redirect, @Nullable ApacheDirective section) {
    List<String> args = new ArrayList<>(redirect.args());
    boolean kinds = redirect.is("redirect") || redirect.is("redirectmatch");
    if (kinds && !args.isEmpty() && redirectStatus(args.get(0)) > 0) {
      args.remove(0);
    }
    if (section != null
        && (args.isEmpty() || !args.get(0).startsWith("/"))
        && !redirect.is("redirectmatch")) {
      return true;
    }
    if (args.isEmpty()) {
      return false;
    }
    if (redirect.is("redirectmatch")) {
      Pcre.Result result = Pcre.of(args.get(0), false).find(request.uri);
      if (!result.known()) {
        draft.unknown("the pattern of " + redirect.text() + " could not be followed");
      }
      return result.match() != null;
    }
    return ApacheWorkers.Alias.length(args.get(0), request.uri) > 0;
  }

  private static int status(ApacheDirective redirect) {
    return switch (redirect.name()) {
      case "redirectpermanent" -> 301;
      case "redirecttemp" -> 302;
      default -> {
        int status = redirectStatus(redirect.arg(0));
        yield status > 0 ? status : 302;
      }
    };
  }

  private static int redirectStatus(String word) {
    return switch (ByteText.lower(word)) {
      case "permanent" -> 301;
      case "temp" -> 302;
      case "seeother" -> 303;
      case "gone" -> 410;
      default -> (int) Math.max(0, Math.min(999, ByteText.number(word)));
    };
  }

  /**
   * A file, or what SetHandler makes of it.
   *
   * @param rewritten path that a rule made of the request, or null
   */
  private void file(@Nullable String rewritten) {
    ApacheFileMap.Mapped mapped = new ApacheFileMap(config, server).map(request, rewritten);
    List<ApacheSections.Layer> layers = new ArrayList<>(sections.base());
    layers.addAll(sections.files(mapped.path()));
    layers.addAll(sections.locations(request.uri));
    noteIf(layers);
    ApacheDirective place = mapped.by() != null ? mapped.by() : server.directive();
    Place at = place == null ? null : place.place();
    draft.location = draft.location == null ? at : draft.location;
    ApacheFileMap.Index index = ApacheFileMap.index(mapped.path(), layers);
    if (index != null && !redirected) {
      redirected = true;
      String base = request.uri.endsWith("/") ? request.uri : request.uri + "/";
      request.uri = index.fallback() ? index.name() : base + index.name();
      draft.location = null;
      translated();
      return;
    }
    if (refused(layers)) {
      return;
    }
    ApacheDirective handler = ApacheSections.find(layers, "sethandler");
    String name = handler == null ? "" : handler.arg(0);
    if (handler != null && name.regionMatches(true, 0, "proxy:", 0, 6)) {
      String url = name.substring(6);
      if (!url.contains("fcgi:")) {
        draft.unknown("the path that " + handler.text() + " (" + handler.where() + ") asks for");
      }
      proxies.build(url + mapped.path(), true, handler, layers);
    } else if (handler != null
        && (name.equals("server-status")
            || name.equals("server-info")
            || name.equals("balancer-manager"))) {
      draft.answer(Handling.RETURN, 200, handler.place());
    } else {
      draft.handling = Handling.STATIC;
    }
    limits(layers);
  }

  private void limits(List<ApacheSections.Layer> layers) {
    ApacheDirective body = ApacheSections.find(layers, "limitrequestbody");
    long bytes = body == null ? DEFAULT_BODY_BYTES : ByteText.number(body.arg(0));
    ApacheDirective by = body == null ? server.directive() : body;
    // What is passed on has no such limit: mod_proxy reads the body itself (http_filters.c).
    if (bytes > 0 && by != null && draft.pass == null) {
      draft.limit(new Limit(Limit.What.BODY, by.place(), bytes, 413));
    }
    ApacheDirective workers = config.main().find("maxrequestworkers");
    workers = workers == null ? config.main().find("maxclients") : workers;
    if (workers != null && ByteText.number(workers.arg(0)) > 0) {
      draft.limit(
          new Limit(
              Limit.What.WORKER_CONNECTIONS, workers.place(), ByteText.number(workers.arg(0)), 0));
    }
  }
}
