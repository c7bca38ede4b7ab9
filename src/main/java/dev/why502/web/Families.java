package dev.why502.web;

/** Writes metric families (Prometheus, exposition formats, text format 0.0.4). */
final class Families {
  private final StringBuilder text = new StringBuilder(4096);
  private String name = "";

  /** The samples that follow belong to it. */
  Families family(String family, String type, String help) {
    name = family;
    text.append("# HELP ").append(family).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(family).append(' ').append(type).append('\n');
    return this;
  }

  Families sample(double value) {
    text.append(name);
    return value(value);
  }

  Families sample(String label, String labelValue, double value) {
    return sample(new String[] {label}, new String[] {labelValue}, value);
  }

  Families sample(String[] labels, String[] values, double value) {
    text.append(name).append('{');
    for (int i = 0; i < labels.length; i++) {
      text.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
      escape(values[i]);
      text.append('"');
    }
    text.append('}');
    return value(value);
  }

  String text() {
    return text.toString();
  }

  private Families value(double value) {
    text.append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(value);
    }
    text.append('\n');
    return this;
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c);
      }
    }
  }
}
