package dev.why502.web;

import dev.why502.bus.JsonText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values (RFC 4180), as a spreadsheet may open them: a text that one would take for
 * a formula gets an apostrophe before it (OWASP, CSV injection), and control characters stand as
 * escapes.
 */
final class Csv {
  /** Full-width forms of the same signs are signs to a spreadsheet, too. */
  private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20";

  private Csv() {}

  /** One record with its line end. Numbers stay as they are; null is an empty field. */
  static String line(List<? extends @Nullable Object> fields) {
    StringBuilder line = new StringBuilder();
    for (Object field : fields) {
      line.append(line.length() == 0 ? "" : ",");
      if (field instanceof Number) {
        line.append(field);
      } else if (field != null) {
        text(field.toString(), line);
      }
    }
    return line.append("\r\n").toString();
  }

  private static void text(String field, StringBuilder line) {
    StringBuilder shown = new StringBuilder(field.length() + 2);
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c < 0x20) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    String safe = JsonText.escaped(shown.toString());
    // Behind spaces and quotes, some programs see a formula all the same.
    String bare = safe.stripLeading().replaceFirst("^[\"']+", "").stripLeading();
    boolean formula = !bare.isEmpty() && FORMULA.indexOf(bare.charAt(0)) >= 0;
    line.append('"').append(formula ? "'" : "").append(safe.replace("\"", "\"\"")).append('"');
  }
}
