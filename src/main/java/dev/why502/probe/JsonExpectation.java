package dev.why502.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Mismatch.What;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values at paths of a JSON body: {@code $.data[0].id}, {@code data.0.id}, {@code $['a b']}. */
final class JsonExpectation {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private JsonExpectation() {}

  /**
   * @param expected path to the value in JSON text
   */
  static List<Mismatch> check(Map<String, String> expected, byte[] body) {
    List<Mismatch> mismatches = new ArrayList<>();
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (IOException e) {
      root = MissingNode.getInstance();
    }
    boolean json = !root.isMissingNode();
    for (Map.Entry<String, String> entry : expected.entrySet()) {
      JsonNode got = at(root, entry.getKey());
      if (!equal(wanted(entry.getValue()), got)) {
        mismatches.add(
            new Mismatch(
                What.BODY,
                entry.getKey() + " is " + entry.getValue(),
                !json
                    ? "the body is not JSON"
                    : got.isMissingNode() ? "nothing there" : Judgement.shown(got.toString())));
      }
    }
    return mismatches;
  }

  private static JsonNode wanted(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(text);
    }
  }

  private static JsonNode at(JsonNode root, String path) {
    JsonNode node = root;
    for (String step : steps(path)) {
      if (node.isArray()) {
        boolean index = !step.isEmpty() && step.length() < 9;
        for (int i = 0; i < step.length() && index; i++) {
          index = step.charAt(i) >= '0' && step.charAt(i) <= '9';
        }
        node = index ? node.path(Integer.parseInt(step)) : MissingNode.getInstance();
      } else {
        node = node.path(step);
      }
    }
    return node;
  }

  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    StringBuilder step = new StringBuilder();
    int i = path.startsWith("$") ? 1 : 0;
    while (i < path.length()) {
      char c = path.charAt(i);
      int close = c == '[' ? path.indexOf(']', i) : -1;
      if (c == '.' || close > 0) {
        if (step.length() > 0) {
          steps.add(step.toString());
          step.setLength(0);
        }
        if (close > 0) {
          steps.add(unquoted(path.substring(i + 1, close)));
          i = close;
        }
      } else {
        step.append(c);
      }
      i++;
    }
    if (step.length() > 0) {
      steps.add(step.toString());
    }
    return steps;
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '\'' || text.charAt(0) == '"')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** As JSON means it: 1 and 1.0 are one number. */
  private static boolean equal(JsonNode wanted, JsonNode got) {
    return wanted.equals(
        (a, b) ->
            a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.equals(b) ? 0 : 1,
        got);
  }
}
