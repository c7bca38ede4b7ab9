package dev.why502.bus;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * JSON as text that may be shown as it is. RFC 8259 lets DEL, C1 controls and bidi controls stand
 * raw in a string; a terminal that is shown an answer of ours would obey them (CWE-150). As escapes
 * they mean the same to every reader of JSON.
 */
public final class JsonText {
  private JsonText() {}

  /** One line. */
  public static String of(JsonObject object) {
    return escaped(object.encode());
  }

  /** JSON with escapes for all that controls, reorders or hides, and for halves of pairs. */
  public static String escaped(String json) {
    for (int i = 0; i < json.length(); i++) {
      if (json.charAt(i) >= 0x7f) {
        return escapedFrom(json, i);
      }
    }
    return json;
  }

  private static String escapedFrom(String json, int start) {
    StringBuilder out = new StringBuilder(json.length() + 16).append(json, 0, start);
    for (int i = start; i < json.length(); ) {
      int codePoint = json.codePointAt(i);
      int next = i + Character.charCount(codePoint);
      if (codePoint < 0x7f || shown(codePoint)) {
        out.append(json, i, next);
      } else {
        for (; i < next; i++) {
          out.append(String.format(Locale.ROOT, "\\u%04x", (int) json.charAt(i)));
        }
      }
      i = next;
    }
    return out.toString();
  }

  private static boolean shown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
