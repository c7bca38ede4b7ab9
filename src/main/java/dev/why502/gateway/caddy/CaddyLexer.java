package dev.why502.gateway.caddy;

import dev.why502.gateway.FileText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a Caddyfile into words (caddyconfig/caddyfile/lexer.go): blanks part them, {@code "} and
 * {@code `} hold them together over lines, {@code <<MARKER} begins a heredoc, {@code #} at the
 * beginning of a word a comment, and a backslash before a line's end joins two lines.
 */
final class CaddyLexer {
  private final FileText file;
  private final String text;
  private final List<CaddyToken> tokens = new ArrayList<>();
  private @Nullable String fault;
  private int at;
  private int line = 1;
  private int joined;

  private CaddyLexer(FileText file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * The words of a file.
   *
   * @param fault "file:line: message" of what Caddy would refuse; the words before it are there
   */
  record Lexed(List<CaddyToken> tokens, @Nullable String fault) {}

  /**
   * @param text of the file, variables of the environment already replaced
   */
  static Lexed lex(FileText file, String text) {
    CaddyLexer lexer = new CaddyLexer(file, text);
    lexer.run();
    return new Lexed(List.copyOf(lexer.tokens), lexer.fault);
  }

  private void run() {
    if (text.startsWith("\uFEFF")) {
      at = 1;
    }
    while (fault == null && skipBlank()) {
      char first = text.charAt(at);
      if (first == '"' || first == '`') {
        at++;
        quoted(first);
      } else {
        bare();
      }
    }
  }

  /** False at the end of the file. */
  private boolean skipBlank() {
    boolean comment = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line += 1 + joined;
        joined = 0;
        comment = false;
      } else if (comment) {
        at++;
        continue;
      } else if (c == '\\' && lineEnds(at + 1)) {
        at = text.indexOf('\n', at);
        joined++;
      } else if (c == '#') {
        comment = true;
      } else if (!Character.isWhitespace(c)) {
        return true;
      }
      at++;
    }
    return false;
  }

  private boolean lineEnds(int from) {
    int next = from;
    while (next < text.length() && text.charAt(next) == '\r') {
      next++;
    }
    return next < text.length() && text.charAt(next) == '\n';
  }

  private void add(String word, int start, char quote) {
    tokens.add(new CaddyToken(file, start, word, word, quote, 0));
  }

  private void quoted(char quote) {
    int start = line;
    StringBuilder word = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        add(word.toString(), start, quote);
        return;
      }
      if (c == '\\' && quote == '"' && at < text.length()) {
        char next = text.charAt(at);
        if (next == '"') {
          at++;
          word.append('"');
          continue;
        }
      }
      if (c == '\n') {
        line += 1 + joined;
        joined = 0;
      }
      word.append(c);
    }
    // Caddy takes what it has at the end of the file for a word.
    if (word.length() > 0) {
      add(word.toString(), start, '\0');
    }
  }

  private void bare() {
    int start = line;
    StringBuilder word = new StringBuilder();
    boolean plain = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && !lineEnds(at + 1)) {
        at++;
        if (at < text.length() && text.charAt(at) == '<') {
          plain = true;
          word.append('<');
          at++;
        } else {
          word.append('\\');
          if (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            word.append(text.charAt(at++));
          }
        }
        continue;
      }
      if (c == '\\') {
        break;
      }
      if (!plain && word.length() == 2 && word.toString().equals("<<") && c != ' ') {
        heredoc(start);
        return;
      }
      if (c == '\r') {
        at++;
        continue;
      }
      if (Character.isWhitespace(c)) {
        break;
      }
      word.append(c);
      at++;
    }
    if (word.length() > 0) {
      add(word.toString(), start, '\0');
    }
  }

  private void heredoc(int start) {
    int end = text.indexOf('\n', at);
    String marker = (end < 0 ? text.substring(at) : text.substring(at, end)).replace("\r", "");
    int blank = marker.indexOf(' ');
    if (blank >= 0 || end < 0) {
      // "<<x y" is a word like any other.
      int stop = blank < 0 ? marker.length() : blank;
      add("<<" + marker.substring(0, stop), start, '\0');
      at += stop;
      return;
    }
    boolean named =
        !marker.isEmpty()
            && marker.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_');
    if (!named) {
      refuse(start, "a heredoc's marker may only hold letters, digits, '-' and '_'");
      return;
    }
    int close = text.indexOf(marker, end + 1);
    if (close < 0) {
      refuse(start, "incomplete heredoc <<" + marker);
      return;
    }
    int last = text.lastIndexOf('\n', close);
    String padding = text.substring(last + 1, close);
    StringBuilder body = new StringBuilder();
    String inner = last > end ? text.substring(end + 1, last) : "";
    for (String each : inner.split("\n", -1)) {
      String row = each.replace("\r", "");
      if (!row.isEmpty() && !row.startsWith(padding)) {
        refuse(start, "mismatched leading whitespace in heredoc <<" + marker);
        return;
      }
      body.append(row.isEmpty() ? row : row.substring(padding.length())).append('\n');
    }
    if (body.length() > 0) {
      body.setLength(body.length() - 1);
    }
    at = close + marker.length();
    line += (int) text.substring(end, close).chars().filter(c -> c == '\n').count();
    add(body.toString(), start, '<');
  }

  private void refuse(int where, String message) {
    fault = file.path() + ":" + where + ": " + message;
    at = text.length();
  }
}
