package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.evidence.Route.Limit.What;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through a server's routes as Caddy does (modules/caddyhttp/routes.go): every
 * route that matches is run, the first of each group only, until a handler answers. Looks at the
 * disk where Caddy would; belongs on a worker.
 */
final class CaddyRouter {
  /** Handlers that only look, or change answers on their way back. */
  private static final Set<String> PASSIVE =
      Set.of(
          "encode",
          "templates",
          "push",
          "tracing",
          "intercept",
          "log_append",
          "copy_response_headers");

  private static final int MAX_DEPTH = 64;

  private final CaddyServer server;
  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;
  private final CaddyMatching matching;
  private final CaddyDraft draft;
  private final CaddyPasses passes;
  private final Set<String> groups = new HashSet<>();

  /** How a list of routes ends. */
  private enum Step {
    /** Nothing answered; what comes after goes on. */
    ON,
    /** Answered. */
    END,
    /** Nothing answered, and nothing comes after. */
    EMPTY,
    /** Failed with a status, for which other routes may have an answer. */
    ERROR
  }

  private int failedWith;
  private @Nullable Place failedAt;

  CaddyRouter(CaddyServer server, CaddyRequest request, CaddyDraft draft) {
    this.server = server;
    this.request = request;
    this.placeholders = new CaddyPlaceholders(request);
    this.matching = new CaddyMatching(request, placeholders);
    this.draft = draft;
    this.passes = new CaddyPasses(request, draft);
  }

  void run() {
    Step step = routes(server.node().nodes("routes"), 0);
    if (step == Step.ERROR) {
      step = failed(server.node().node("errors"), 0);
    }
    switch (step) {
      case END -> {
        if (draft.pass != null) {
          intercepts();
        }
      }
      case ERROR -> {
        draft.answer(failedWith == 403 ? Handling.DENY : Handling.RETURN, failedWith, failedAt);
      }
      case ON, EMPTY -> {
        // Caddy then answers 200 with nothing in it.
        draft.handling = Handling.NO_SERVER;
      }
    }
  }

  private Step routes(List<CaddyNode> routes, int depth) {
    if (depth > MAX_DEPTH) {
      draft.unknown("routes are nested too deep");
      return Step.EMPTY;
    }
    for (CaddyNode route : routes) {
      Step step = route(route, depth);
      if (step != Step.ON) {
        return step;
      }
    }
    return Step.ON;
  }

  private Step route(CaddyNode route, int depth) {
    List<CaddyNode> sets = route.nodes("match");
    Boolean fits = matching.any(sets);
    if (fits == null) {
      draft.unknown("whether " + where(route) + " takes it is not known");
    }
    if (!Boolean.TRUE.equals(fits)) {
      return Step.ON;
    }
    String group = route.text("group");
    if (group != null && !groups.add(group)) {
      return Step.ON;
    }
    if (depth == 0) {
      enterSite(route, sets);
    }
    boolean matched =
        !sets.isEmpty() && draft.server != null && !Objects.equals(route.place(), draft.server);
    for (CaddyNode handler : route.nodes("handle")) {
      Place place = handler.place();
      if (place != null && (matched || block(place)) && !place.equals(draft.server)) {
        draft.location = place;
      }
      Step step = handle(handler, depth);
      if (step != Step.ON) {
        return step;
      }
    }
    return route.on("terminal") ? Step.EMPTY : Step.ON;
  }

  private static boolean block(Place place) {
    return place.text().startsWith("handle") || place.text().startsWith("route");
  }

  /** The outermost routes are sites, or belong to the only one. */
  private void enterSite(CaddyNode route, List<CaddyNode> sets) {
    boolean site = sets.stream().anyMatch(set -> set.has("host")) || route.on("terminal");
    boolean redirect = route.nodes("handle").stream().anyMatch(h -> h.on("@redirect"));
    if (redirect) {
      draft.server = null;
      draft.serverName = matching.fittedHost();
    } else if (site) {
      draft.server = route.place();
      draft.serverName = matching.fittedHost();
    } else if (draft.server == null) {
      draft.server = server.node().place();
    }
  }

  private Step handle(CaddyNode handler, int depth) {
    String name = handler.text("handler", "");
    return switch (name) {
      case "subroute" -> {
        Place block = handler.place();
        if (block != null && block.text().startsWith("handle ")) {
          draft.around.put("handle", block);
        }
        Step step = routes(handler.nodes("routes"), depth + 1);
        if (step == Step.ON) {
          draft.around.remove("handle");
        }
        CaddyNode errors = handler.node("errors");
        yield step == Step.ERROR && errors != null ? failed(errors, depth) : step;
      }
      case "reverse_proxy" -> proxy(handler);
      case "static_response" -> response(handler);
      case "error" -> {
        String status = placeholders.text(handler.text("status_code", "500"));
        yield fail(status == null ? 500 : (int) CaddyUnits.number(status, 500), handler.place());
      }
      case "file_server" -> {
        if (handler.on("pass_thru")) {
          draft.unknown("whether " + where(handler) + " has the file is not followed");
          yield Step.ON;
        }
        draft.handling = Handling.STATIC;
        draft.answerPlace = handler.place();
        yield Step.END;
      }
      case "rewrite" -> {
        rewrite(handler);
        yield Step.ON;
      }
      case "headers" -> {
        CaddyNode ops = handler.node("request");
        if (ops != null) {
          request.headers =
              new CaddyHeaderOps(request, placeholders, draft::unknown)
                  .applied(request.headers, ops);
        }
        yield Step.ON;
      }
      case "vars" -> {
        variables(handler);
        yield Step.ON;
      }
      case "request_body" -> {
        limit(What.BODY, handler, handler.number("max_size", 0), 413);
        yield Step.ON;
      }
      case "authentication" -> {
        limit(What.AUTHENTICATION, handler, 0, 401);
        yield Step.ON;
      }
      case "invoke" -> invoke(handler, depth);
      case "map" -> Step.ON;
      case "metrics", "acme_server", "copy_response" -> {
        draft.answer(Handling.RETURN, 200, handler.place());
        yield Step.END;
      }
      default -> {
        if (!PASSIVE.contains(name)) {
          draft.unknown("what " + name + " does (" + where(handler) + ") is not known");
        }
        yield Step.ON;
      }
    };
  }

  private void rewrite(CaddyNode handler) {
    String before = request.uri();
    String trouble = new CaddyRewrite(request).apply(handler);
    if (trouble != null) {
      draft.unknown(where(handler) + ": " + trouble);
    }
    if (!request.uri().equals(before)) {
      draft.rewritings++;
      String name = CaddyBeside.rewriting(handler.place());
      if (name != null && handler.place() != null) {
        draft.around.put(name, handler.place());
      }
    }
  }

  private void limit(What what, CaddyNode handler, long value, int status) {
    Place place = handler.place();
    if (place != null && (what != What.BODY || value > 0)) {
      draft.limit(new Limit(what, place, value, status));
    }
  }

  private Step proxy(CaddyNode handler) {
    if (asksFirst(handler)) {
      limit(What.AUTHENTICATION, handler, 0, 401);
      draft.unknown(where(handler) + " asks another service first whether the request may pass");
      return Step.ON;
    }
    passes.build(handler);
    return Step.END;
  }

  /** A good answer of its upstream is not passed on: the request goes on to later handlers. */
  private static boolean asksFirst(CaddyNode handler) {
    for (CaddyNode response : handler.nodes("handle_response")) {
      CaddyNode match = response.node("match");
      List<String> statuses = match == null ? List.of() : match.texts("status_code");
      boolean good = statuses.contains("2") || statuses.contains("200");
      if (good && !answers(response.nodes("routes")) && !response.has("status_code")) {
        return true;
      }
    }
    return false;
  }

  private static boolean answers(List<CaddyNode> routes) {
    for (CaddyNode route : routes) {
      for (CaddyNode handler : route.nodes("handle")) {
        String name = handler.text("handler", "");
        boolean passes = name.equals("headers") || name.equals("vars");
        if (name.equals("subroute") ? answers(handler.nodes("routes")) : !passes) {
          return true;
        }
      }
    }
    return false;
  }

  private Step response(CaddyNode handler) {
    draft.handling = Handling.RETURN;
    draft.answerPlace = handler.place() == null ? server.node().place() : handler.place();
    if (handler.on("abort")) {
      // Closed without an answer, which nginx calls 444.
      draft.answerStatus = 444;
      return Step.END;
    }
    String written =
        handler.text(
            "status_code", request.errorStatus > 0 ? String.valueOf(request.errorStatus) : "200");
    String status = placeholders.text(written);
    draft.answerStatus = status == null ? 0 : (int) CaddyUnits.number(status, 0);
    if (draft.answerStatus == 403) {
      draft.handling = Handling.DENY;
    }
    CaddyNode headers = handler.node("headers");
    List<String> location = headers == null ? List.of() : headers.texts("Location");
    draft.answerLocation = location.isEmpty() ? null : placeholders.text(location.get(0));
    return Step.END;
  }

  private Step fail(int status, @Nullable Place place) {
    failedWith = status;
    failedAt = place;
    return Step.ERROR;
  }

  /** The routes for errors, which see the request as it came. */
  private Step failed(@Nullable CaddyNode errors, int depth) {
    if (errors == null || errors.nodes("routes").isEmpty()) {
      return Step.ERROR;
    }
    request.restore();
    request.errorStatus = failedWith;
    Place before = draft.location;
    Step step = routes(errors.nodes("routes"), depth + 1);
    if (step == Step.ON || step == Step.EMPTY) {
      draft.location = before;
      return Step.ERROR;
    }
    return step;
  }

  private void variables(CaddyNode handler) {
    for (Map.Entry<String, Object> each : handler.members().entrySet()) {
      if (!each.getKey().equals("handler")) {
        request.variables.put(each.getKey(), placeholders.text(String.valueOf(each.getValue())));
      }
    }
  }

  private Step invoke(CaddyNode handler, int depth) {
    CaddyNode named = server.node().node("named_routes");
    CaddyNode route = named == null ? null : named.node(handler.text("name", ""));
    if (route == null) {
      draft.unknown("the route " + handler.text("name") + " is not known");
      return Step.ON;
    }
    return route(route, depth + 1);
  }

  /** Routes that make something else of a failure of the upstream. */
  private void intercepts() {
    CaddyNode errors = server.node().node("errors");
    List<String> told = new ArrayList<>();
    for (int status : new int[] {502, 503, 504}) {
      CaddyRequest asked = request.copy();
      asked.restore();
      asked.errorStatus = status;
      CaddyDraft page = new CaddyDraft();
      CaddyRouter router = new CaddyRouter(server, asked, page);
      router.failedWith = status;
      Step step = errors == null ? Step.ON : router.routes(errors.nodes("routes"), 1);
      if (step == Step.END) {
        int answer =
            page.handling == Handling.RETURN && page.answerStatus > 0 ? page.answerStatus : status;
        told.add(
            status
                + (answer == status ? "" : " =" + answer)
                + " "
                + String.valueOf(
                    page.answerPlace != null
                        ? page.answerPlace
                        : page.pass == null ? "handle_errors" : page.pass.place()));
      }
    }
    passes.intercepted(told);
  }

  private static String where(CaddyNode node) {
    Place place = node.place();
    return place == null ? "a route" : place + " (" + place.text() + ")";
  }
}
