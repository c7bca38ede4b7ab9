package dev.why502.web.bridge;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The frames of the event bus bridge protocol, as the official Vert.x clients speak it. */
final class Frames {
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

  /** We use none of them, yet a client must hear that it sent nonsense. */
  private static boolean headersFit(@Nullable Object headers) {
    return headers == null
        || (headers instanceof JsonObject object
            && object.stream().map(Map.Entry::getValue).allMatch(String.class::isInstance));
  }

  static String error(String body) {
    return new JsonObject().put("type", "err").put("body", body).encode();
  }

  static String received(String address, @Nullable Object body) {
    return new JsonObject().put("type", "rec").put("address", address).put("body", body).encode();
  }

  /** A request that nobody answered, to the address that waits for the reply. */
  static String failed(String replyAddress, String address, Throwable failure) {
    boolean told = failure instanceof ReplyException;
    return new JsonObject()
        .put("type", "err")
        .put("address", replyAddress)
        .put("sourceAddress", address)
        .put("failureCode", told ? ((ReplyException) failure).failureCode() : -1)
        .put("failureType", told ? ((ReplyException) failure).failureType().name() : "ERROR")
        .put("message", told ? failure.getMessage() : "the request failed")
        .encode();
  }
}
