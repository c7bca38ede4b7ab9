package dev.why502.language;

/** Puts together what is Chinese and what is not as it is printed: a space between, none within. */
final class Typography {
  private Typography() {}

  static String join(Template template, String[] slots) {
    StringBuilder out = new StringBuilder(template.other().get(0));
    for (int i = 0; i < template.order().size(); i++) {
      append(out, slots[template.order().get(i)]);
      append(out, template.other().get(i + 1));
    }
    return out.toString();
  }

  private static void append(StringBuilder out, String text) {
    if (out.length() == 0 || text.isEmpty()) {
      out.append(text);
      return;
    }
    char last = out.charAt(out.length() - 1);
    char first = text.charAt(0);
    char before = last == ' ' && out.length() > 1 ? out.charAt(out.length() - 2) : last;
    char after = first == ' ' && text.length() > 1 ? text.charAt(1) : first;
    int from = 0;
    if ((ideograph(before) && ideograph(after)) || mark(before) || mark(after)) {
      if (last == ' ') {
        out.setLength(out.length() - 1);
      }
      from = first == ' ' ? 1 : 0;
    } else if (last != ' '
        && first != ' '
        && ((ideograph(last) && latin(first)) || (latin(last) && ideograph(first)))) {
      out.append(' ');
    }
    out.append(text, from, text.length());
  }

  private static boolean ideograph(char c) {
    return c >= '\u4e00' && c <= '\u9fff';
  }

  /** Full-width punctuation, which brings its own space. */
  private static boolean mark(char c) {
    return (c >= '\u3000' && c <= '\u303f') || (c >= '\uff00' && c <= '\uff65');
  }

  private static boolean latin(char c) {
    return c > ' ' && c < '\u007f' && ",.;:)]}!?".indexOf(c) < 0;
  }
}
