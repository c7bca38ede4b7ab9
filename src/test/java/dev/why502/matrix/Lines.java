package dev.why502.matrix;

import java.util.ArrayList;
import java.util.List;

/** Lines of a configuration that is being written. */
final class Lines {
  private final List<String> all = new ArrayList<>();

  void add(String line) {
    all.add(line);
  }

  void addIf(boolean wanted, String line) {
    if (wanted) {
      all.add(line);
    }
  }

  List<String> all() {
    return List.copyOf(all);
  }

  String indented(String by) {
    StringBuilder text = new StringBuilder();
    all.forEach(line -> text.append(by).append(line).append('\n'));
    return text.toString();
  }
}
