package dev.why502.notify;

import dev.why502.notify.Message.Fact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A card for a bot of Feishu. All text stands in {@code plain_text}, where neither markdown nor a
 * mention means anything.
 */
final class FeishuBody {
  private FeishuBody() {}

  static JsonObject of(Message message, @Nullable String secret, Instant at) {
    JsonArray elements = new JsonArray();
    if (!message.summary().isEmpty()) {
      elements.add(div(message.summary()));
    }
    for (Fact fact : message.facts()) {
      elements.add(div(fact.name() + ": " + fact.text()));
    }
    if (!message.steps().isEmpty()) {
      elements.add(new JsonObject().put("tag", "hr"));
      elements.add(div(String.join("\n", message.steps())));
    }
    String link = message.link();
    if (link != null) {
      JsonObject button =
          new JsonObject()
              .put("tag", "button")
              .put("text", plain(message.open()))
              .put("type", "default")
              .put("url", link);
      elements.add(new JsonObject().put("tag", "action").put("actions", JsonArray.of(button)));
    }
    JsonObject header =
        new JsonObject().put("title", plain(message.title())).put("template", colour(message));
    JsonObject body =
        new JsonObject()
            .put("msg_type", "interactive")
            .put(
                "card",
                new JsonObject()
                    .put("config", new JsonObject().put("wide_screen_mode", true))
                    .put("header", header)
                    .put("elements", elements));
    if (secret != null) {
      long seconds = at.getEpochSecond();
      body.put("timestamp", Long.toString(seconds)).put("sign", Signature.feishu(seconds, secret));
    }
    return body;
  }

  private static String colour(Message message) {
    return switch (message.tone()) {
      case BAD -> "red";
      case WARNING -> "orange";
      case GOOD -> "green";
      case NEUTRAL -> "grey";
    };
  }

  private static JsonObject div(String text) {
    return new JsonObject().put("tag", "div").put("text", plain(text));
  }

  private static JsonObject plain(String text) {
    return new JsonObject().put("tag", "plain_text").put("content", text);
  }
}
