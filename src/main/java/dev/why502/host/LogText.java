package dev.why502.host;

import com.google.re2j.Pattern;

/** Makes a log line fit to be shown: no terminal sequences, no secrets, bounded. */
final class LogText {
  static final int MAX_CHARACTERS = 512;
  private static final char ESCAPE = 0x1b;
  private static final char CSI = 0x9b;

  private static final Pattern IN_URL = Pattern.compile("://[^/\\s:@'\"]*:[^\\s'\"]*@");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([a-z0-9_.-]*(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key"
              + "|access[_-]?key|private[_-]?key|credentials?|session[_-]?id|cookie)[a-z0-9_]*"
              + "[\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,;&\"']+)");
  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)((?:proxy-)?authorization[\"']?\\s*[=:]\\s*[\"']?)[^\"'\\r\\n,}]+");
  private static final Pattern BEARER =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[a-z0-9._~+/-]{8,}=*");
  private static final Pattern BARE =
      Pattern.compile(
          "\\beyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){0,4}"
              + "|\\b(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp]|AKIA|ASIA)[-_A-Z0-9][A-Za-z0-9_-]{12,}");

  private LogText() {}

  static String shown(String line) {
    String text = line.strip();
    // Masked before it is cut: a half of a secret is one too.
    text = IN_URL.matcher(text).replaceAll("://***@");
    text = AUTHORIZATION.matcher(text).replaceAll("$1***");
    text = BEARER.matcher(text).replaceAll("$1 ***");
    text = NAMED.matcher(text).replaceAll("$1***");
    text = BARE.matcher(text).replaceAll("***");
    if (text.length() <= MAX_CHARACTERS) {
      return text;
    }
    int end = MAX_CHARACTERS - 3;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "...";
  }

  /** Without ECMA-48 control sequences (colours) and operating system commands (titles, links). */
  static String plain(String line) {
    if (line.indexOf(ESCAPE) < 0 && line.indexOf(CSI) < 0) {
      return line;
    }
    StringBuilder plain = new StringBuilder(line.length());
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c == CSI) {
        i = afterSequence(line, i + 1);
      } else if (c == ESCAPE && i + 1 < line.length()) {
        char kind = line.charAt(i + 1);
        if (kind == '[') {
          i = afterSequence(line, i + 2);
        } else if (kind == ']') {
          i = afterCommand(line, i + 2);
        } else {
          i += 2;
        }
      } else if (c == ESCAPE) {
        i++;
      } else {
        plain.append(c);
        i++;
      }
    }
    return plain.toString();
  }

  private static int afterSequence(String line, int from) {
    int i = from;
    while (i < line.length() && line.charAt(i) >= 0x20 && line.charAt(i) < 0x40) {
      i++;
    }
    return Math.min(i + 1, line.length());
  }

  private static int afterCommand(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) == 0x07) {
        return i + 1;
      }
      if (line.charAt(i) == ESCAPE) {
        return Math.min(i + 2, line.length());
      }
    }
    return line.length();
  }
}
