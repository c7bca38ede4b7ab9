package dev.why502.notify;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A message for a bot of WeCom, as plain text: in its markdown, {@code <@user>} calls somebody, and
 * there is no way to write those characters otherwise.
 */
final class WeComBody {
  /** Of its text messages. */
  private static final int LONGEST_BYTES = 2_048;

  private WeComBody() {}

  static JsonObject of(Message message) {
    return new JsonObject()
        .put("msgtype", "text")
        .put(
            "text",
            new JsonObject()
                .put("content", Plain.lines(message.lines(), LONGEST_BYTES))
                .put("mentioned_list", new JsonArray()));
  }
}
