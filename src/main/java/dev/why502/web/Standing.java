package dev.why502.web;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Asks the bus what stands now, as far as this service may show it. */
final class Standing {
  /** A query is answered from memory; who waits longer than this waits in vain. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(5_000);

  private final EventBus bus;
  private final boolean exposed;

  Standing(EventBus bus, boolean exposed) {
    this.bus = bus;
    this.exposed = exposed;
  }

  /** Where the bus does not answer, the request is answered here. */
  void ask(RoutingContext context, String address, JsonObject query, Consumer<JsonObject> answer) {
    bus.<JsonObject>request(address, query, PATIENCE)
        .onSuccess(reply -> answer.accept(exposed ? Redaction.of(reply.body()) : reply.body()))
        .onFailure(
            failure -> {
              boolean refused =
                  failure instanceof ReplyException reply
                      && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE;
              Replies.problem(
                  context.response(),
                  refused ? 400 : 503,
                  refused ? String.valueOf(failure.getMessage()) : "nothing can be told yet");
            });
  }
}
