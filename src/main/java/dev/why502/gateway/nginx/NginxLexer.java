package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a configuration file into statements as nginx does (ngx_conf_read_token in ngx_conf_file.c).
 * Unlike nginx it goes on after a fault, so that all of them are named.
 */
final class NginxLexer {
  /** nginx's NGX_CONF_BUFFER: a token must fit in it. */
  static final int MAX_TOKEN_BYTES = 4096;

  /** Faults kept of one file. */
  static final int MAX_FAULTS = 50;

  /** What ends a statement. */
  enum End {
    SEMICOLON,
    OPEN,
    CLOSE,
    FILE
  }

  /**
   * One statement.
   *
   * @param words its words with escapes resolved; the first is the directive's name
   * @param raw the words as they are written
   * @param line where the first word begins
   * @param endLine where it ends, which is the line that nginx names
   */
  record Statement(List<String> words, List<String> raw, int line, int endLine, End end) {}

  /** A fault in nginx's own words. */
  record Fault(int line, String message) {}

  private final String text;
  private final List<Statement> statements = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private List<String> raw = new ArrayList<>();
  private int at;
  private int line = 1;
  private int startLine = 1;

  private NginxLexer(String text) {
    this.text = text;
  }

  /** The statements of a text, the last one always with {@link End#FILE}, and its faults. */
  record Lexed(List<Statement> statements, List<Fault> faults) {}

  static Lexed lex(String text) {
    NginxLexer lexer =
        new NginxLexer(text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text);
    lexer.run();
    return new Lexed(lexer.statements, lexer.faults);
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '\n' -> {
          line++;
          at++;
        }
        case ' ', '\t', '\r' -> at++;
        case '#' -> {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        }
        case ';', '{' -> {
          at++;
          if (words.isEmpty()) {
            fault("unexpected \"" + c + "\"");
            if (c == '{') {
              // Its "}" will come: a nameless block keeps the rest in balance.
              end(End.OPEN);
            }
          } else {
            end(c == ';' ? End.SEMICOLON : End.OPEN);
          }
        }
        case '}' -> {
          at++;
          if (!words.isEmpty()) {
            fault("unexpected \"}\"");
            end(End.SEMICOLON);
          }
          end(End.CLOSE);
        }
        default -> word();
      }
    }
    if (!words.isEmpty()) {
      fault("unexpected end of file, expecting \";\" or \"}\"");
      end(End.SEMICOLON);
    }
    end(End.FILE);
  }

  private void word() {
    int start = at;
    int wordLine = line;
    char first = text.charAt(at);
    boolean quoted = first == '"' || first == '\'';
    if (quoted) {
      at++;
    }
    int from = at;
    boolean variable = false;
    boolean closed = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
      }
      if (c == '\\') {
        if (at + 1 < text.length() && text.charAt(at + 1) == '\n') {
          line++;
        }
        at = Math.min(at + 2, text.length());
        variable = false;
        continue;
      }
      if (quoted) {
        if (c == first) {
          closed = true;
          break;
        }
      } else if (c == '{' && variable) {
        at++;
        variable = false;
        continue;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '{') {
        if (c == '\n') {
          line--;
        }
        break;
      }
      variable = c == '$';
      at++;
    }
    String body = text.substring(from, at);
    if (quoted && closed) {
      at++;
    }
    if (body.length() >= MAX_TOKEN_BYTES) {
      String shown = ByteText.shown(body.substring(0, 10));
      faultAt(
          wordLine,
          quoted
              ? "too long parameter, probably missing terminating \"" + first + "\" character"
              : "too long parameter \"" + shown + "...\" started");
    }
    if (words.isEmpty()) {
      startLine = wordLine;
    }
    words.add(unescaped(body));
    raw.add(text.substring(start, at));
    if (quoted && closed && at < text.length() && " \t\r\n;{)".indexOf(text.charAt(at)) < 0) {
      fault("unexpected \"" + ByteText.shown(String.valueOf(text.charAt(at))) + "\"");
    }
  }

  private void end(End end) {
    if (end == End.OPEN && !words.isEmpty() && words.get(0).endsWith("_by_lua_block")) {
      lua();
      end = End.SEMICOLON;
    }
    int from = words.isEmpty() ? line : startLine;
    statements.add(new Statement(List.copyOf(words), List.copyOf(raw), from, line, end));
    words = new ArrayList<>();
    raw = new ArrayList<>();
  }

  /** Skips Lua code to its closing brace; strings and comments of Lua may hold braces. */
  private void lua() {
    int depth = 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (c == '-' && text.startsWith("--", at)) {
        int level = longBracket(at + 2);
        if (level >= 0) {
          skipLongBracket(at + 2, level);
        } else {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        }
      } else if (c == '[' && longBracket(at) >= 0) {
        skipLongBracket(at, longBracket(at));
      } else if (c == '"' || c == '\'') {
        at++;
        while (at < text.length() && text.charAt(at) != c && text.charAt(at) != '\n') {
          at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at, text.length());
        if (at < text.length() && text.charAt(at) == c) {
          at++;
        }
      } else if (c == '{') {
        depth++;
        at++;
      } else if (c == '}') {
        at++;
        if (--depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
    fault("unexpected end of file, expecting \"}\"");
  }

  private int longBracket(int from) {
    if (from >= text.length() || text.charAt(from) != '[') {
      return -1;
    }
    int level = 0;
    while (from + 1 + level < text.length() && text.charAt(from + 1 + level) == '=') {
      level++;
    }
    int second = from + 1 + level;
    return second < text.length() && text.charAt(second) == '[' ? level : -1;
  }

  private void skipLongBracket(int from, int level) {
    int end = text.indexOf("]" + "=".repeat(level) + "]", from);
    int to = end < 0 ? text.length() : end + level + 2;
    for (int i = at; i < to; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    at = to;
  }

  private static String unescaped(String body) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder out = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c != '\\' || i + 1 == body.length()) {
        out.append(c);
        continue;
      }
      char next = body.charAt(++i);
      switch (next) {
        case '"', '\'', '\\' -> out.append(next);
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'n' -> out.append('\n');
        default -> out.append(c).append(next);
      }
    }
    return out.toString();
  }

  private void fault(String message) {
    faultAt(line, message);
  }

  private void faultAt(int where, String message) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(where, message));
    }
  }
}
