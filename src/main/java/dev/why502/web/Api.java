package dev.why502.web;

import dev.why502.bus.Addresses;
import dev.why502.bus.JsonText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;

/** What other programs read over HTTP: the answers that the bus gives to a query. */
final class Api {
  private static final String JSON = "application/json";

  private final Standing standing;
  private final WebSources sources;
  private final boolean exposed;
  private final PastApi past;
  private final String description = Resources.text("openapi.json");

  Api(Standing standing, WebSources sources, boolean exposed) {
    this.standing = standing;
    this.sources = sources;
    this.exposed = exposed;
    this.past = new PastApi(sources, exposed);
  }

  void mount(Router router) {
    Routes.read(
        router, "/api/v1/openapi.json", context -> Conditional.end(context, JSON, description));
    Routes.read(router, "/api/v1/verdicts", context -> list(context, Addresses.QUERY_VERDICTS));
    Routes.read(
        router,
        "/api/v1/verdicts/:id",
        context -> one(context, Addresses.QUERY_VERDICTS, "probe", "verdicts"));
    Routes.read(router, "/api/v1/verdicts/:id/case", this::storedCase);
    Routes.read(router, "/api/v1/incidents", this::incidents);
    Routes.read(
        router,
        "/api/v1/incidents/:id",
        context ->
            past.incident(
                context, () -> one(context, Addresses.QUERY_INCIDENTS, "id", "incidents")));
    Routes.read(router, "/api/v1/incidents/:id/case", past::incidentCase);
    Routes.read(router, "/api/v1/probes", this::probes);
    past.mount(router);
    new Export(sources, exposed).mount(router);
    Routes.read(router, "/api/v1/remedies", this::remedies);
    Routes.post(router, "/api/v1/remedies/:id/resume", this::resume);
    Routes.post(router, "/-/reload", this::reload);
  }

  private void list(RoutingContext context, String address) {
    Paging paging = Paging.of(context);
    if (paging != null) {
      ask(context, address, paging.query(), reply -> end(context, reply));
    }
  }

  /** What stands comes over the bus; what has been, from the memory. */
  private void incidents(RoutingContext context) {
    if (PastApi.asked(context)) {
      past.incidents(context);
    } else {
      list(context, Addresses.QUERY_INCIDENTS);
    }
  }

  private void one(RoutingContext context, String address, String key, String list) {
    ask(
        context,
        address,
        new JsonObject().put(key, context.pathParam("id")),
        reply -> {
          JsonArray found = reply.getJsonArray(list);
          if (found == null || found.isEmpty()) {
            Replies.problem(context.response(), 404, "none of the " + list + " has this id");
          } else {
            end(context, found.getJsonObject(0));
          }
        });
  }

  /** What stands, in the language that is asked for. */
  private void ask(
      RoutingContext context, String address, JsonObject query, Consumer<JsonObject> answer) {
    String lang = Speech.of(context.request()).tag();
    standing.ask(context, address, query.put("lang", lang), answer);
  }

  private static void end(RoutingContext context, JsonObject body) {
    Speech.mark(context.response(), Speech.of(context.request()));
    Conditional.end(context, JSON, JsonText.of(body));
  }

  private void storedCase(RoutingContext context) {
    if (exposed) {
      Replies.problem(context.response(), 403, "a case says all; it needs a service with a token");
      return;
    }
    String stored = sources.cases().apply(context.pathParam("id"));
    if (stored == null) {
      Replies.problem(context.response(), 404, "no case of such a probe");
    } else {
      Conditional.end(context, JSON, JsonText.escaped(stored));
    }
  }

  private void probes(RoutingContext context) {
    Paging paging = Paging.of(context);
    if (paging != null) {
      Conditional.end(context, JSON, ProbeList.page(sources.probes(), paging));
    }
  }

  private void remedies(RoutingContext context) {
    sources
        .remedies()
        .all()
        .onSuccess(
            all -> Conditional.end(context, JSON, JsonText.of(exposed ? Redaction.of(all) : all)))
        .onFailure(failure -> Replies.problem(context.response(), 503, "nothing can be told yet"));
  }

  /** Only for a person who is known, or sits at this host: it lets programs run again. */
  private void resume(RoutingContext context) {
    if (exposed) {
      Replies.problem(context.response(), 403, "not on a public address without a token");
      return;
    }
    sources
        .remedies()
        .resume(context.pathParam("id"))
        .onSuccess(
            remedy -> {
              if (remedy == null) {
                Replies.problem(context.response(), 404, "no remedy has this id");
              } else {
                Replies.json(context.response(), 200, remedy);
              }
            })
        .onFailure(failure -> Replies.problem(context.response(), 503, "it could not be resumed"));
  }

  private void reload(RoutingContext context) {
    sources
        .reload()
        .get()
        .onSuccess(
            errors -> {
              JsonObject outcome =
                  new JsonObject()
                      .put("accepted", errors.isEmpty())
                      .put("errors", new JsonArray(List.copyOf(errors)));
              if (errors.isEmpty()) {
                Replies.json(context.response(), 200, outcome);
              } else {
                Replies.problem(
                    context.response(), 422, "the old definitions stay in force", outcome);
              }
            })
        .onFailure(failure -> Replies.problem(context.response(), 500, "the reload itself failed"));
  }
}
