package dev.why502.web;

import dev.why502.bus.Addresses;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;

/** What other programs read over HTTP: the answers that the bus gives to a query. */
final class Api {
  /** A query is answered from memory; who waits longer than this waits in vain. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(5_000);

  private final EventBus bus;
  private final WebSources sources;
  private final boolean exposed;

  Api(EventBus bus, WebSources sources, boolean exposed) {
    this.bus = bus;
    this.sources = sources;
    this.exposed = exposed;
  }

  void mount(Router router) {
    Routes.read(router, "/api/v1/verdicts", context -> list(context, Addresses.QUERY_VERDICTS));
    Routes.read(router, "/api/v1/verdicts/:id", this::verdict);
    Routes.read(router, "/api/v1/verdicts/:id/case", this::storedCase);
    Routes.read(router, "/api/v1/incidents", context -> list(context, Addresses.QUERY_INCIDENTS));
    Routes.read(router, "/api/v1/probes", this::probes);
    Routes.post(router, "/-/reload", this::reload);
  }

  private void list(RoutingContext context, String address) {
    JsonObject query = new JsonObject();
    String limit = context.request().getParam("limit");
    if (limit != null) {
      if (!limit.matches("[0-9]{1,9}")) {
        Replies.problem(context.response(), 400, "limit must be a whole number from 1 on");
        return;
      }
      query.put("limit", Integer.parseInt(limit));
    }
    String after = context.request().getParam("after");
    if (after != null) {
      query.put("after", after);
    }
    ask(context, address, query, reply -> Replies.json(context.response(), 200, reply));
  }

  private void verdict(RoutingContext context) {
    JsonObject query = new JsonObject().put("probe", context.pathParam("id"));
    ask(
        context,
        Addresses.QUERY_VERDICTS,
        query,
        reply -> {
          JsonArray verdicts = reply.getJsonArray("verdicts");
          if (verdicts == null || verdicts.isEmpty()) {
            Replies.problem(context.response(), 404, "no verdict on such a probe");
          } else {
            Replies.json(context.response(), 200, verdicts.getJsonObject(0));
          }
        });
  }

  private void ask(
      RoutingContext context, String address, JsonObject query, Consumer<JsonObject> answer) {
    HttpServerResponse response = context.response();
    bus.<JsonObject>request(address, query, PATIENCE)
        .onSuccess(reply -> answer.accept(exposed ? Redaction.of(reply.body()) : reply.body()))
        .onFailure(
            failure -> {
              boolean refused =
                  failure instanceof ReplyException reply
                      && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE;
              Replies.problem(
                  response,
                  refused ? 400 : 503,
                  refused ? String.valueOf(failure.getMessage()) : "nothing can be told yet");
            });
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
      Replies.end(context.response(), 200, "application/json", stored);
    }
  }

  private void probes(RoutingContext context) {
    JsonArray probes = new JsonArray();
    sources.probes().get().forEach(probes::add);
    Replies.json(context.response(), 200, new JsonObject().put("probes", probes));
  }

  private void reload(RoutingContext context) {
    sources
        .reload()
        .get()
        .onSuccess(
            errors ->
                Replies.json(
                    context.response(),
                    errors.isEmpty() ? 200 : 422,
                    new JsonObject()
                        .put("accepted", errors.isEmpty())
                        .put("errors", new JsonArray(List.copyOf(errors)))))
        .onFailure(failure -> Replies.problem(context.response(), 500, "the reload itself failed"));
  }
}
