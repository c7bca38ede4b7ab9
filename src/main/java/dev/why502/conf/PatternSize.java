package dev.why502.conf;

/**
 * How large a pattern becomes once its counted repetitions are written out. RE2/J bounds each count
 * to 1,000 but not counts within counts, of which three exhaust the heap.
 */
final class PatternSize {
  static final int MOST = 20_000;

  /** Its parser and compiler recurse once for each group. */
  static final int DEEPEST = 200;

  private final String pattern;
  private int at;

  private PatternSize(String pattern) {
    this.pattern = pattern;
  }

  static boolean tooLarge(String pattern) {
    return new PatternSize(pattern).measure() > MOST;
  }

  /** Number of atoms, exact only as far as the limits matter. */
  private long measure() {
    // One total for each open group, and the size of the atom that a repetition would repeat.
    long[] totals = new long[DEEPEST + 1];
    int depth = 0;
    long atom = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if (c == '{') {
        long times = Math.max(1, count());
        totals[depth] = bounded(totals[depth] + atom * (times - 1));
        atom = bounded(atom * times);
      } else if (c == '(') {
        if (depth == DEEPEST) {
          return MOST + 1L;
        }
        totals[++depth] = 0;
        atom = 0;
      } else if (c == ')' && depth > 0) {
        atom = totals[depth--] + 1;
        totals[depth] = bounded(totals[depth] + atom);
      } else {
        totals[depth] = bounded(totals[depth] + skip(c));
        atom = 1;
      }
    }
    for (; depth > 0; depth--) {
      totals[depth - 1] += totals[depth];
    }
    return totals[0];
  }

  /** Steps over an escape or a class, in which brackets mean nothing; returns its size. */
  private int skip(char c) {
    int from = at;
    if (c == '\\' && pattern.startsWith("Q", at)) {
      int end = pattern.indexOf("\\E", at);
      at = end < 0 ? pattern.length() : end + 2;
      return at - from;
    }
    if (c == '\\') {
      at++;
    } else if (c == '[') {
      // "[]a]" and "[^]a]": a bracket that comes first is a member.
      at += pattern.startsWith("^", at) ? 1 : 0;
      at += pattern.startsWith("]", at) ? 1 : 0;
      while (at < pattern.length() && pattern.charAt(at) != ']') {
        at += pattern.charAt(at) == '\\' ? 2 : pattern.startsWith("[:", at) ? namedClass() : 1;
      }
      at++;
    }
    return 1;
  }

  /** Length of {@code [:alpha:]} inside a class. */
  private int namedClass() {
    int end = pattern.indexOf(":]", at + 2);
    return end < 0 ? 2 : end + 2 - at;
  }

  /** The larger number of {@code {n}} or {@code {n,m}}; 0 where the brace is a brace. */
  private long count() {
    int close = pattern.indexOf('}', at);
    if (close < 0 || !pattern.substring(at, close).matches("[0-9]{1,6}(,[0-9]{0,6})?")) {
      return 0;
    }
    long most = 0;
    for (String number : pattern.substring(at, close).split(",")) {
      most = Math.max(most, Long.parseLong(number));
    }
    at = close + 1;
    return most;
  }

  private static long bounded(long size) {
    return Math.min(size, MOST + 1L);
  }
}
