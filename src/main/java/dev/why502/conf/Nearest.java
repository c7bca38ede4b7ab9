package dev.why502.conf;

import java.util.Collection;
import java.util.Locale;

/**
 * The known word that a mistyped one most likely means. Of a word with dots only the last part is
 * compared: {@code expect.status} is near to {@code statsu}, which stands one level too high.
 */
final class Nearest {
  private static final int LONGEST = 64;

  private Nearest() {}

  static String of(String word, Collection<String> known) {
    String shortened = word.substring(0, Math.min(word.length(), LONGEST));
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance =
          distance(
              shortened.toLowerCase(Locale.ROOT),
              candidate.substring(candidate.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int other = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + other);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
