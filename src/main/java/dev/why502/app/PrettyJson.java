package dev.why502.app;

import io.vertx.core.json.Json;
import java.util.List;
import java.util.Map;

/** JSON as people write it by hand: two blanks a level, short lists on one line. */
final class PrettyJson {
  private static final int LONGEST_LINE = 80;

  private PrettyJson() {}

  /** Of maps, lists, texts, numbers and booleans; a literal <code>${</code> is kept one. */
  static String text(Map<String, ?> object) {
    StringBuilder out = new StringBuilder();
    value(object, "", out);
    return out.append('\n').toString();
  }

  private static void value(Object value, String indent, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      String line = line(map);
      if (indent.length() > 2 && indent.length() + line.length() <= LONGEST_LINE) {
        out.append(line);
        return;
      }
      out.append("{");
      String inner = indent + "  ";
      String comma = "\n";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(comma).append(inner).append(Json.encode(entry.getKey())).append(": ");
        value(entry.getValue(), inner, out);
        comma = ",\n";
      }
      out.append("\n").append(indent).append("}");
    } else if (value instanceof List<?> list) {
      String line = line(list);
      boolean nested = list.stream().anyMatch(Map.class::isInstance);
      if (!nested && indent.length() + line.length() <= LONGEST_LINE) {
        out.append(line);
        return;
      }
      out.append("[");
      String inner = indent + "  ";
      String comma = "\n";
      for (Object each : list) {
        out.append(comma).append(inner);
        value(each, inner, out);
        comma = ",\n";
      }
      out.append("\n").append(indent).append("]");
    } else {
      out.append(scalar(value));
    }
  }

  private static String line(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringBuilder out = new StringBuilder("{");
      map.forEach(
          (name, each) ->
              out.append(out.length() == 1 ? " " : ", ")
                  .append(Json.encode(name))
                  .append(": ")
                  .append(line(each)));
      return out.append(map.isEmpty() ? "}" : " }").toString();
    }
    if (value instanceof List<?> list) {
      StringBuilder out = new StringBuilder("[");
      list.forEach(each -> out.append(out.length() == 1 ? "" : ", ").append(line(each)));
      return out.append("]").toString();
    }
    return scalar(value);
  }

  private static String scalar(Object value) {
    return Json.encode(value instanceof String text ? text.replace("${", "$${") : value);
  }
}
