package dev.why502.host;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Writes a part of a rule as nft(8) does, so that people find it in its listing. */
final class NftText {
  private NftText() {}

  static String of(String name, JsonNode value) {
    return switch (name) {
      case "match" -> {
        String op = value.path("op").asText();
        yield left(value.path("left"))
            + " "
            + (op.equals("==") || op.equals("in") ? "" : op + " ")
            + right(value.path("right"));
      }
      case "reject" -> {
        String type = value.path("type").asText();
        String code = value.path("expr").asText();
        yield "reject"
            + (type.isEmpty() ? "" : " with " + type)
            + (code.isEmpty() ? "" : " " + code);
      }
      case "jump", "goto" -> name + " " + value.path("target").asText();
      case "xt" -> value.path("name").asText();
      default -> name;
    };
  }

  private static String left(JsonNode left) {
    JsonNode payload = left.path("payload");
    if (payload.isObject()) {
      return payload.path("protocol").asText() + " " + payload.path("field").asText();
    }
    if (left.has("ct")) {
      return "ct " + left.path("ct").path("key").asText();
    }
    if (left.has("meta")) {
      String key = left.path("meta").path("key").asText();
      return key.startsWith("iif") || key.startsWith("oif") ? key : "meta " + key;
    }
    return left.fieldNames().hasNext() ? left.fieldNames().next() : left.asText();
  }

  private static String right(JsonNode right) {
    if (right.has("set")) {
      return "{ " + list(right.path("set"), ", ") + " }";
    }
    if (right.isArray()) {
      return list(right, ",");
    }
    if (right.has("range")) {
      return list(right.path("range"), "-");
    }
    if (right.has("prefix")) {
      return right.path("prefix").path("addr").asText()
          + "/"
          + right.path("prefix").path("len").asText();
    }
    return right.asText();
  }

  private static String list(JsonNode nodes, String between) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : nodes) {
      texts.add(right(node));
    }
    return String.join(between, texts);
  }
}
