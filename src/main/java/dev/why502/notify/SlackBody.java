package dev.why502.notify;

import dev.why502.notify.Message.Fact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What an incoming webhook of Slack takes. All text stands in {@code plain_text}, which knows no
 * formatting; {@code & < >} are escaped there too, since mentions and links begin with them.
 */
final class SlackBody {
  private static final int LONGEST_HEADER = 150;
  private static final int LONGEST_TEXT = 3_000;
  private static final int LONGEST_FIELD = 2_000;
  private static final int MOST_FIELDS = 10;

  private SlackBody() {}

  static JsonObject of(Message message) {
    JsonArray blocks =
        JsonArray.of(block("header").put("text", plain(message.title(), LONGEST_HEADER)));
    if (!message.summary().isEmpty()) {
      blocks.add(block("section").put("text", plain(message.summary(), LONGEST_TEXT)));
    }
    if (!message.facts().isEmpty()) {
      JsonArray fields = new JsonArray();
      for (Fact fact : message.facts().subList(0, Math.min(MOST_FIELDS, message.facts().size()))) {
        fields.add(plain(fact.name() + ": " + fact.text(), LONGEST_FIELD));
      }
      blocks.add(block("section").put("fields", fields));
    }
    if (!message.steps().isEmpty()) {
      String steps = String.join("\n", message.steps());
      blocks.add(block("section").put("text", plain(steps, LONGEST_TEXT)));
    }
    String link = message.link();
    if (link != null) {
      String text = "<" + escaped(link, LONGEST_TEXT) + "|" + message.open() + ">";
      blocks.add(
          block("context")
              .put(
                  "elements",
                  JsonArray.of(new JsonObject().put("type", "mrkdwn").put("text", text))));
    }
    return new JsonObject()
        // Shown where blocks are not: in the notification of a phone.
        .put("text", escaped(message.title() + ": " + message.summary(), LONGEST_TEXT))
        .put("mrkdwn", false)
        .put("unfurl_links", false)
        .put("unfurl_media", false)
        .put("blocks", blocks);
  }

  private static JsonObject block(String type) {
    return new JsonObject().put("type", type);
  }

  private static JsonObject plain(String text, int most) {
    return new JsonObject()
        .put("type", "plain_text")
        .put("text", escaped(text, most))
        .put("emoji", false);
  }

  private static String escaped(String text, int most) {
    return Plain.within(text, most, SlackBody::escape);
  }

  private static String escape(int codePoint) {
    return switch (codePoint) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      default -> Character.toString(codePoint);
    };
  }
}
