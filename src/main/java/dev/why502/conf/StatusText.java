package dev.why502.conf;

import dev.why502.definition.Expectation.StatusRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 2xx}, {@code 200-299} and {@code 404}. */
final class StatusText {
  static final int LOWEST = 100;
  static final int HIGHEST = 599;
  private static final Pattern FORMS =
      Pattern.compile("([1-5])[xX][xX]|([1-5][0-9][0-9])(-([1-5][0-9][0-9]))?");

  private StatusText() {}

  static Parsed<StatusRange> parse(String text) {
    Matcher matcher = FORMS.matcher(text);
    if (!matcher.matches()) {
      return Parsed.not("is not a status such as 200, \"2xx\" or \"200-204\"");
    }
    if (matcher.group(1) != null) {
      int first = Integer.parseInt(matcher.group(1)) * 100;
      return Parsed.of(new StatusRange(first, first + 99));
    }
    int from = Integer.parseInt(matcher.group(2));
    String last = matcher.group(4);
    int to = last == null ? from : Integer.parseInt(last);
    return to < from ? Parsed.not("ends before it begins") : Parsed.of(new StatusRange(from, to));
  }
}
