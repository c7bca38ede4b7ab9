package dev.why502.gateway.apache;

import dev.why502.gateway.FileText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logical lines of a file or macro: continued ones joined, comments and blank ones left out.
 */
final class ApacheLines {
  /** httpd's own limit is 16 MiB a line (VARBUF_MAX_LEN); ours is that of a whole configuration. */
  static final int MAX_LINES = 200_000;

  /**
   * A logical line.
   *
   * @param line number of its first physical line
   * @param endLine of its last
   */
  record Line(String text, FileText file, int line, int endLine) {}

  private final List<Line> lines;
  private int next;

  ApacheLines(List<Line> lines) {
    this.lines = lines;
  }

  static ApacheLines of(FileText file) {
    List<Line> lines = new ArrayList<>();
    String bytes = file.bytes();
    StringBuilder joined = new StringBuilder();
    int number = 0;
    int first = 1;
    int at = 0;
    while (at < bytes.length() && lines.size() < MAX_LINES) {
      int end = bytes.indexOf('\n', at);
      String physical = bytes.substring(at, end < 0 ? bytes.length() : end);
      at = end < 0 ? bytes.length() : end + 1;
      number++;
      if (physical.endsWith("\r")) {
        physical = physical.substring(0, physical.length() - 1);
      }
      if (end >= 0 && physical.endsWith("\\")) {
        joined.append(physical, 0, physical.length() - 1);
        continue;
      }
      String text = joined.append(physical).toString().strip();
      joined.setLength(0);
      if (!text.isEmpty() && text.charAt(0) != '#') {
        lines.add(new Line(text, file, first, number));
      }
      first = number + 1;
    }
    return new ApacheLines(lines);
  }

  @Nullable Line next() {
    return next < lines.size() ? lines.get(next++) : null;
  }
}
