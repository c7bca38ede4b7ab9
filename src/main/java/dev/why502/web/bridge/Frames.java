package dev.why502.web.bridge;

import dev.why502.bus.JsonText;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the event bus bridges, as the official Vert.x clients speak them. The bridge over
 * TCP has other names for some of what the one over SockJS says.
 */
final class Frames {
  private static final String HEADER = "authorization";

  private Frames() {}

  /**
   * A frame as it came, or what is wrong with it.
   *
   * @param problem the body of the error frame that answers it, or null
   */
  record Inward(String type, JsonObject frame, @Nullable String problem) {
    @Nullable String address() {
      return frame.getValue("address") instanceof String text ? text : null;
    }

    /** The value of the header Authorization, which has no case. */
    @Nullable String authorization() {
      if (frame.getValue("headers") instanceof JsonObject headers) {
        for (Map.Entry<String, Object> header : headers) {
          if (header.getKey().equalsIgnoreCase(HEADER)) {
            return String.valueOf(header.getValue());
          }
        }
      }
      return null;
    }
  }

  static Inward read(String text) {
    JsonObject frame;
    try {
      frame = new JsonObject(text);
    } catch (DecodeException | ClassCastException e) {
      return broken("invalid_json");
    }
    Object type = frame.getValue("type");
    if (type == null) {
      return broken("missing_type");
    }
    if (!(type instanceof String name)) {
      return broken("invalid_type");
    }
    return new Inward(
        name, frame, headersFit(frame.getValue("headers")) ? null : "invalid_headers");
  }

  private static Inward broken(String problem) {
    return new Inward("", new JsonObject(), problem);
  }

  /** But for the token we use none of them, yet a client must hear that it sent nonsense. */
  private static boolean headersFit(@Nullable Object headers) {
    return headers == null
        || (headers instanceof JsonObject object
            && object.stream().map(Map.Entry::getValue).allMatch(String.class::isInstance));
  }

  static Outgoing pong() {
    return new Outgoing(carrier -> "{\"type\":\"pong\"}");
  }

  /** Why a frame was refused. */
  static Outgoing error(String problem) {
    return new Outgoing(
        carrier ->
            carrier.tcp()
                ? error("message", problem.equals("invalid_type") ? "unknown_type" : problem)
                : error("body", problem));
  }

  private static String error(String key, String problem) {
    return new JsonObject().put("type", "err").put(key, problem).encode();
  }

  /** What was published to everybody who listens at the address. */
  static Outgoing news(String address, @Nullable Object body) {
    return message(address, body, false);
  }

  /** What answers a request. */
  static Outgoing reply(String replyAddress, @Nullable Object body) {
    return message(replyAddress, body, true);
  }

  private static Outgoing message(String address, @Nullable Object body, boolean sent) {
    String name = Json.encode(address);
    String text = JsonText.escaped(Json.encode(body));
    return new Outgoing(
        carrier ->
            carrier.tcp()
                ? "{\"type\":\"message\",\"address\":%s,\"headers\":{},\"body\":%s,\"send\":%s}"
                    .formatted(name, text, sent)
                : "{\"type\":\"rec\",\"address\":" + name + ",\"body\":" + text + "}");
  }

  /** A request that nobody answered, to the address that waits for the reply. */
  static Outgoing failed(String replyAddress, String address, Throwable failure) {
    boolean told = failure instanceof ReplyException;
    String text =
        new JsonObject()
            .put("type", "err")
            .put("address", replyAddress)
            .put("sourceAddress", address)
            .put("failureCode", told ? ((ReplyException) failure).failureCode() : -1)
            .put("failureType", told ? ((ReplyException) failure).failureType().name() : "ERROR")
            .put("message", told ? failure.getMessage() : "the request failed")
            .encode();
    return new Outgoing(carrier -> text);
  }
}
