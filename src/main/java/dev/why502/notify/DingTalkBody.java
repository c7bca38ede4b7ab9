package dev.why502.notify;

import dev.why502.notify.Message.Fact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message for a bot of DingTalk. Markdown is the only shape of its that has a link and a bold
 * line, so characters that mean something there are written as references of HTML, which cannot
 * begin a structure (CommonMark, 2.5). Nobody is called: the list of whom to call is there, and
 * empty.
 */
final class DingTalkBody {
  private static final String MEANINGFUL = "\\`*_{}[]<>#~|&@!$";
  private static final int LONGEST = 5_000;

  private DingTalkBody() {}

  static JsonObject of(Message message) {
    StringBuilder text = new StringBuilder("#### ").append(escaped(message.title())).append("\n\n");
    if (!message.summary().isEmpty()) {
      text.append("> ").append(escaped(message.summary())).append("\n\n");
    }
    for (Fact fact : message.facts()) {
      text.append("- ").append(fact.name()).append(": ").append(escaped(fact.text())).append('\n');
    }
    int number = 1;
    for (String step : message.steps()) {
      text.append('\n').append(number++).append(". ").append(escaped(step));
    }
    String link = message.link();
    if (link != null) {
      // What would end the address early is written as a URL may have it.
      String safe = link.replace("(", "%28").replace(")", "%29");
      text.append("\n\n[").append(message.open()).append("](").append(safe).append(')');
    }
    return new JsonObject()
        .put("msgtype", "markdown")
        .put(
            "markdown",
            new JsonObject().put("title", message.title()).put("text", text.toString().strip()))
        .put(
            "at",
            new JsonObject()
                .put("isAtAll", false)
                .put("atMobiles", new JsonArray())
                .put("atUserIds", new JsonArray()));
  }

  /** What is added to the address, or nothing. */
  static String query(@Nullable String secret, Instant at) {
    if (secret == null) {
      return "";
    }
    long millis = at.toEpochMilli();
    String sign = Signature.dingTalk(millis, secret);
    return "timestamp=" + millis + "&sign=" + URLEncoder.encode(sign, StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return Plain.within(
        text,
        LONGEST,
        codePoint ->
            MEANINGFUL.indexOf(codePoint) >= 0
                ? "&#" + codePoint + ";"
                : Character.toString(codePoint));
  }
}
