package dev.why502.gateway.nginx;

import dev.why502.evidence.Route.Limit;
import dev.why502.evidence.Route.Limit.What;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access rules and limits on the way of a request. */
final class NginxLimits {
  private static final long DEFAULT_BODY_BYTES = 1024 * 1024;
  private static final long DEFAULT_WORKER_CONNECTIONS = 512;

  private final NginxConfig config;
  private final NginxRequest request;
  private final RouteDraft draft;

  NginxLimits(NginxConfig config, NginxRequest request, RouteDraft draft) {
    this.config = config;
    this.request = request;
    this.draft = draft;
  }

  void collect(NginxScope scope) {
    NginxDirective body = scope.find("client_max_body_size");
    long bytes = scope.bytes("client_max_body_size", DEFAULT_BODY_BYTES);
    if (bytes > 0) {
      NginxDirective place = body == null ? scope.handler().directive() : body;
      draft.limit(new Limit(What.BODY, place.place(), bytes, 413));
    }
    int requestStatus = status(scope, "limit_req_status");
    for (NginxDirective limit : scope.nearest("limit_req")) {
      if (!dryRun(scope, "limit_req_dry_run")) {
        draft.limit(new Limit(What.REQUESTS, limit.place(), rate(limit), requestStatus));
      }
    }
    int connectionStatus = status(scope, "limit_conn_status");
    for (NginxDirective limit : scope.nearest("limit_conn")) {
      if (!dryRun(scope, "limit_conn_dry_run")) {
        long count = Math.max(0, ByteText.number(limit.arg(1)));
        draft.limit(new Limit(What.CONNECTIONS, limit.place(), count, connectionStatus));
      }
    }
    for (String name : List.of("auth_basic", "auth_request", "auth_jwt")) {
      NginxDirective auth = scope.find(name);
      if (auth != null && !auth.arg(0).equals("off")) {
        draft.limit(new Limit(What.AUTHENTICATION, auth.place(), 0, 401));
      }
    }
    process();
  }

  /** Limits of the whole process, whatever the request. */
  private void process() {
    for (NginxDirective events : config.main().own("events")) {
      NginxDirective found = null;
      for (NginxDirective each : events.children()) {
        if (each.name().equals("worker_connections")) {
          found = each;
        }
      }
      long count = found == null ? -1 : ByteText.number(found.arg(0));
      draft.limit(
          new Limit(
              What.WORKER_CONNECTIONS,
              (found == null ? events : found).place(),
              count < 0 ? DEFAULT_WORKER_CONNECTIONS : count,
              0));
    }
    for (NginxDirective files : config.main().own("worker_rlimit_nofile")) {
      draft.limit(
          new Limit(What.FILES, files.place(), Math.max(0, ByteText.number(files.arg(0))), 0));
    }
  }

  private static boolean dryRun(NginxScope scope, String name) {
    return scope.on(name);
  }

  private static int status(NginxScope scope, String name) {
    long status = ByteText.number(scope.value(name, "503"));
    return status < 400 || status > 599 ? 503 : (int) status;
  }

  private long rate(NginxDirective limit) {
    for (String arg : limit.args()) {
      if (arg.startsWith("zone=")) {
        NginxDirective zone = config.limitZone(arg.substring(5));
        for (String part : zone == null ? List.<String>of() : zone.args()) {
          if (part.startsWith("rate=") && part.indexOf('r') >= 0) {
            String number = part.substring(5);
            int unit = number.indexOf('r');
            return Math.max(0, ByteText.number(unit < 0 ? number : number.substring(0, unit)));
          }
        }
      }
    }
    return 0;
  }

  /** The rule that refuses the client, or null. What depends on its address is noted. */
  @Nullable NginxDirective denied(NginxScope scope) {
    NginxScope level = scope;
    while (level.own("allow").isEmpty() && level.own("deny").isEmpty()) {
      NginxScope outer = level.outer();
      if (outer == null) {
        return null;
      }
      level = outer;
    }
    if (scope.value("satisfy", "all").equals("any")) {
      NginxDirective satisfy = scope.find("satisfy");
      draft.unknown(
          "which of the access rules satisfies is not followed"
              + (satisfy == null ? "" : " (" + satisfy.where() + ")"));
      return null;
    }
    boolean perhapsAllowed = false;
    boolean perhapsDenied = false;
    for (NginxDirective rule : level.directive().children()) {
      boolean deny = rule.name().equals("deny");
      if (!deny && !rule.name().equals("allow")) {
        continue;
      }
      Boolean fits = fits(rule.arg(0));
      if (fits == null) {
        perhapsAllowed |= !deny;
        perhapsDenied |= deny;
      } else if (fits) {
        boolean undecided = deny ? perhapsAllowed : perhapsDenied;
        if (undecided) {
          note(rule);
          return null;
        }
        return deny ? rule : null;
      }
    }
    if (perhapsDenied) {
      note(level.directive());
    }
    return null;
  }

  private void note(NginxDirective at) {
    draft.unknown("the access rules near " + at.where() + " depend on the client's address");
  }

  private @Nullable Boolean fits(String rule) {
    if (rule.equals("all")) {
      return true;
    }
    if (rule.equals("unix:")) {
      return false;
    }
    return request.client == null ? null : Ip.in(rule, request.client);
  }
}
