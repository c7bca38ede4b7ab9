package dev.why502.gateway.caddy;

import dev.why502.gateway.FileText;

/**
 * One word of a Caddyfile.
 *
 * @param line where it begins, from 1
 * @param text with arguments of imports and shorthands of placeholders replaced
 * @param written as it stands in the file
 * @param quote {@code "}, {@code `}, {@code <} for a heredoc, or 0 when it is bare
 * @param origin number of the import that brought it, 0 for the main file: words of two imports are
 *     never on one line
 */
record CaddyToken(FileText file, int line, String text, String written, char quote, int origin) {
  CaddyToken withText(String other) {
    return new CaddyToken(file, line, other, written, quote, origin);
  }

  CaddyToken from(int newOrigin) {
    return new CaddyToken(file, line, text, written, quote, newOrigin);
  }

  boolean quoted() {
    return quote != 0;
  }

  boolean bare(String word) {
    return quote == 0 && text.equals(word);
  }

  /** Whether another word stands on a later line (caddyfile.isNextOnNewLine). */
  boolean before(CaddyToken next) {
    if (!file.path().equals(next.file().path()) || origin != next.origin()) {
      return true;
    }
    long breaks = written.chars().filter(c -> c == '\n').count() + (quote == '<' ? 2 : 0);
    return line + breaks < next.line();
  }

  String where() {
    return file.path() + ":" + line;
  }
}
