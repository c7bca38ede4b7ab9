package dev.why502.gateway.caddy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a line, those of nested objects by their paths: {@code request.uri}. Of a line that
 * is cut there are those before the cut.
 */
final class CaddyLogFields {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_FIELDS = 256;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
          .build();

  /** Keys that an encoder may have been told to use. */
  private static final Map<String, List<String>> OTHER_KEYS =
      Map.of(
          "ts", List.of("time", "timestamp", "@timestamp"),
          "msg", List.of("message"),
          "logger", List.of("name"),
          "level", List.of("severity"));

  private final Map<String, String> fields = new HashMap<>();

  private CaddyLogFields() {}

  static CaddyLogFields of(String text) {
    CaddyLogFields fields = new CaddyLogFields();
    int brace = text.indexOf('{');
    if (text.startsWith("{")) {
      fields.json(text);
    } else if (text.indexOf('\t') > 0) {
      fields.console(text, brace);
    }
    return fields;
  }

  @Nullable String text(String name) {
    String value = fields.get(name);
    for (String other : OTHER_KEYS.getOrDefault(name, List.of())) {
      value = value == null ? fields.get(other) : value;
    }
    return value;
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  int number(String name) {
    return (int) CaddyUnits.number(text(name, ""), 0);
  }

  /** Time, level, logger, message and a JSON object, each after a tab. */
  private void console(String text, int brace) {
    String[] columns = (brace < 0 ? text : text.substring(0, brace)).split("\t", 5);
    if (columns.length < 3) {
      return;
    }
    fields.put("ts", columns[0]);
    fields.put("level", plain(columns[1]));
    boolean logger = columns.length > 3 && !columns[3].isEmpty();
    if (logger) {
      fields.put("logger", columns[2]);
    }
    fields.put("msg", columns[logger ? 3 : 2]);
    if (brace > 0 && text.charAt(brace - 1) == '\t') {
      json(text.substring(brace));
    }
  }

  /** Without the colours of a terminal. */
  private static String plain(String level) {
    int start = level.indexOf('m') + 1;
    int end = level.lastIndexOf('\u001b');
    return level.startsWith("\u001b") && start > 0 && end > start
        ? level.substring(start, end)
        : level;
  }

  private void json(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        object(parser, "", 0);
      }
    } catch (IOException e) {
      // A line that is cut, or no JSON at all: what came before stands.
    }
  }

  private void object(JsonParser parser, String prefix, int depth) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix + parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == null) {
        return;
      }
      if (token == JsonToken.START_OBJECT && depth < MAX_DEPTH) {
        object(parser, name + ".", depth + 1);
      } else if (token == JsonToken.START_ARRAY) {
        array(parser, name);
      } else if (token.isScalarValue() && fields.size() < MAX_FIELDS) {
        fields.putIfAbsent(name, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
  }

  private void array(JsonParser parser, String name) throws IOException {
    StringBuilder all = new StringBuilder();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == null) {
        return;
      }
      if (parser.currentToken().isScalarValue()) {
        all.append(all.length() == 0 ? "" : ", ").append(parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    if (fields.size() < MAX_FIELDS) {
      fields.putIfAbsent(name, all.toString());
    }
  }
}
