package dev.why502.gateway;

/** Makes a path that a simple pattern would take; whether it does is for the caller to see. */
public final class PcreSample {
  private static final int MAX_LENGTH = 256;

  private final String pattern;
  private int at;

  private PcreSample(String pattern) {
    this.pattern = pattern;
  }

  public static String of(String pattern) {
    String sample = new PcreSample(pattern).alternatives();
    String bounded = sample.length() > MAX_LENGTH ? sample.substring(0, MAX_LENGTH) : sample;
    if (bounded.startsWith("/")) {
      return bounded;
    }
    return bounded.startsWith(".") ? "/index" + bounded : "/" + bounded;
  }

  /** The first alternative; the others are passed over. */
  private String alternatives() {
    StringBuilder first = new StringBuilder();
    boolean taken = true;
    while (at < pattern.length() && pattern.charAt(at) != ')') {
      if (pattern.charAt(at) == '|') {
        taken = false;
        at++;
        continue;
      }
      String piece = piece();
      if (taken && first.length() < MAX_LENGTH) {
        first.append(piece);
      }
    }
    return first.toString();
  }

  private String piece() {
    char c = pattern.charAt(at++);
    String text =
        switch (c) {
          case '^', '$' -> "";
          case '.' -> "a";
          case '\\' -> escaped();
          case '[' -> characters();
          case '(' -> group();
          default -> String.valueOf(c);
        };
    return quantified(text);
  }

  private String escaped() {
    if (at >= pattern.length()) {
      return "";
    }
    char c = pattern.charAt(at++);
    return switch (c) {
      case 'd' -> "1";
      case 'w' -> "a";
      case 'b', 'B', 'A', 'z', 'Z' -> "";
      case 's' -> " ";
      default -> String.valueOf(c);
    };
  }

  private String characters() {
    int close = pattern.indexOf(']', at + 1);
    if (close < 0) {
      at = pattern.length();
      return "";
    }
    char first = pattern.charAt(at);
    String taken = first == '^' ? "x" : first == '\\' ? escaped() : String.valueOf(first);
    at = close + 1;
    return taken;
  }

  private String group() {
    boolean look =
        pattern.startsWith("?!", at)
            || pattern.startsWith("?=", at)
            || pattern.startsWith("?<!", at)
            || pattern.startsWith("?<=", at);
    if (pattern.startsWith("?", at)) {
      int name = pattern.indexOf('>', at);
      boolean named = pattern.startsWith("?<", at) || pattern.startsWith("?P<", at);
      at = !look && named && name > 0 ? name + 1 : Math.min(at + 2, pattern.length());
    }
    String inside = alternatives();
    if (at < pattern.length()) {
      at++;
    }
    return look ? "" : inside;
  }

  private String quantified(String text) {
    if (at >= pattern.length()) {
      return text;
    }
    String result = text;
    char c = pattern.charAt(at);
    if (c == '*' || c == '?') {
      at++;
      result = "";
    } else if (c == '+') {
      at++;
    } else if (c == '{') {
      int close = pattern.indexOf('}', at);
      int comma = pattern.indexOf(',', at);
      int end = comma > 0 && comma < close ? comma : close;
      long times = close < 0 ? 1 : ByteText.number(pattern.substring(at + 1, end));
      at = close < 0 ? pattern.length() : close + 1;
      result = text.repeat((int) Math.max(0, Math.min(times, 32)));
    }
    if (at < pattern.length() && pattern.charAt(at) == '?') {
      at++;
    }
    return result;
  }
}
