package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code log_format} of nginx (ngx_http_log_module.c): variables with literal text between them.
 * A line is taken apart by that text. Much of a line comes from outside: a line that can be read in
 * two ways that differ in what is asked for is not read at all.
 */
final class NginxLogFormat {
  private static final int MAX_VARIABLES = 128;

  /** Ends of values that are tried in one line. */
  private static final int MAX_TRIES = 4096;

  private static final int MAX_PLAIN = 4096;
  private static final String MASK = "***";

  /** How quotes within values are written. */
  private enum Escape {
    /** As {@code \x22}; what is not there as "-". */
    DEFAULT,
    /** As {@code \"}; what is not there as nothing. */
    JSON,
    NONE
  }

  private final Escape escape;
  private final boolean buffered;
  private final List<String> literals;

  /** "" for what is not asked for, or stands beside another one without text between. */
  private final List<String> names;

  private NginxLogFormat(
      Escape escape, boolean buffered, List<String> literals, List<String> names) {
    this.escape = escape;
    this.buffered = buffered;
    this.literals = List.copyOf(literals);
    this.names = List.copyOf(names);
  }

  /** A format in one text, for {@link #of}. */
  static String written(String escape, boolean buffered, String text) {
    return "escape=" + escape + (buffered ? " buffered " : " direct ") + text;
  }

  /** Null when no line could be read by it. */
  static @Nullable NginxLogFormat of(String written) {
    Escape escape = Escape.DEFAULT;
    boolean buffered = false;
    String text = written;
    String[] words = written.split(" ", 3);
    if (words.length == 3 && words[0].startsWith("escape=")) {
      escape =
          switch (words[0]) {
            case "escape=json" -> Escape.JSON;
            case "escape=none" -> Escape.NONE;
            default -> Escape.DEFAULT;
          };
      buffered = words[1].equals("buffered");
      text = words[2];
    }
    List<String> literals = new ArrayList<>();
    List<String> names = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$') {
        literal.append(c);
        at++;
        continue;
      }
      boolean brace = text.startsWith("{", at + 1);
      int start = at + (brace ? 2 : 1);
      int end = start;
      while (end < text.length() && named(text.charAt(end))) {
        end++;
      }
      if (end == start || (brace && !text.startsWith("}", end))) {
        return null;
      }
      String name = text.substring(start, end);
      at = brace ? end + 1 : end;
      if (literal.isEmpty() && !names.isEmpty()) {
        // Nothing tells where the one ends and the other begins.
        names.set(names.size() - 1, "");
      } else {
        literals.add(literal.toString());
        literal.setLength(0);
        names.add(name);
      }
    }
    literals.add(literal.toString());
    boolean readable =
        names.size() <= MAX_VARIABLES && literals.stream().allMatch(l -> l.indexOf('\n') < 0);
    return readable ? new NginxLogFormat(escape, buffered, literals, names) : null;
  }

  private static boolean named(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  /** Whether it has a variable that can be told from its neighbours. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether its lines are held back, and may come long after their requests. */
  boolean buffered() {
    return buffered;
  }

  /**
   * One line of it.
   *
   * @param values by the names of their variables, as they were before they were written; "" for
   *     what was not there
   * @param text the line, without values of headers that are secret
   */
  record Line(Map<String, String> values, String text) {
    /** Null when the format has no such variable. */
    @Nullable String value(String name) {
      return values.get(name);
    }
  }

  /**
   * Takes a line apart; null when it is none of this format, or none for certain.
   *
   * @param wanted variables whose values must be sure
   */
  @Nullable Line read(String text, Set<String> wanted) {
    Reading reading = new Reading(text, wanted);
    if (!text.startsWith(literals.get(0))) {
      return null;
    }
    reading.from(0, literals.get(0).length());
    return reading.line();
  }

  /** The search for the ends of all values of one line. */
  private final class Reading {
    private final String text;
    private final Set<String> wanted;
    private final int[] starts = new int[names.size()];
    private final int[] ends = new int[names.size()];
    private int tries;
    private boolean doubtful;
    private int @Nullable [] foundStarts;
    private int @Nullable [] foundEnds;

    Reading(String text, Set<String> wanted) {
      this.text = text;
      this.wanted = wanted;
    }

    void from(int variable, int at) {
      if (variable == names.size()) {
        found(at);
        return;
      }
      String next = literals.get(variable + 1);
      boolean last = variable == names.size() - 1;
      int limit = quote(at);
      int end = last ? text.length() - next.length() : text.indexOf(next, at);
      while (end >= at && end <= limit && !doubtful) {
        if (++tries > MAX_TRIES) {
          doubtful = true;
          return;
        }
        if (text.startsWith(next, end) && fits(names.get(variable), at, end)) {
          starts[variable] = at;
          ends[variable] = end;
          from(variable + 1, end + next.length());
        }
        end = last ? -1 : text.indexOf(next, end + 1);
      }
    }

    private void found(int at) {
      if (at != text.length()) {
        return;
      }
      int[] before = foundStarts;
      int[] beforeEnds = foundEnds;
      if (before == null || beforeEnds == null) {
        foundStarts = starts.clone();
        foundEnds = ends.clone();
        return;
      }
      for (int i = 0; i < starts.length; i++) {
        boolean same = starts[i] == before[i] && ends[i] == beforeEnds[i];
        doubtful |= !same && wanted.contains(names.get(i));
      }
    }

    /** Where the next quote stands that cannot be part of a value. */
    private int quote(int at) {
      if (escape == Escape.NONE) {
        return text.length();
      }
      int quote = text.indexOf('"', at);
      while (escape == Escape.JSON && quote > at && escaped(quote, at)) {
        quote = text.indexOf('"', quote + 1);
      }
      return quote < 0 ? text.length() : quote;
    }

    private boolean escaped(int quote, int from) {
      int slashes = 0;
      while (quote - 1 - slashes >= from && text.charAt(quote - 1 - slashes) == '\\') {
        slashes++;
      }
      return slashes % 2 == 1;
    }

    private boolean fits(String name, int start, int end) {
      String allowed = allowed(name);
      if (allowed == null) {
        return !name.equals("upstream_addr") || list(start, end, false);
      }
      if (end - start > MAX_PLAIN) {
        return false;
      }
      for (int i = start; i < end; i++) {
        if (allowed.indexOf(text.charAt(i)) < 0) {
          return false;
        }
      }
      return !name.startsWith("upstream_") || list(start, end, true);
    }

    /** One value for each peer: blanks stand between them only. */
    private boolean list(int start, int end, boolean numbers) {
      for (String each : text.substring(start, end).split(", | : ", -1)) {
        if (each.indexOf(' ') >= 0
            || each.indexOf(',') >= 0
            || (numbers && each.indexOf(':') >= 0)) {
          return false;
        }
      }
      return true;
    }

    @Nullable Line line() {
      int[] from = foundStarts;
      int[] to = foundEnds;
      if (doubtful || from == null || to == null) {
        return null;
      }
      Map<String, String> values = new HashMap<>();
      StringBuilder shown = new StringBuilder();
      int done = 0;
      for (int i = 0; i < from.length; i++) {
        String name = names.get(i);
        if (wanted.contains(name)) {
          values.putIfAbsent(name, plain(text.substring(from[i], to[i])));
        }
        if (secret(name) && to[i] - from[i] > 1) {
          shown.append(text, done, from[i]).append(MASK);
          done = to[i];
        }
      }
      return new Line(Map.copyOf(values), shown.append(text.substring(done)).toString());
    }
  }

  private static boolean secret(String name) {
    return name.startsWith("cookie_")
        || name.equals("remote_passwd")
        || (name.startsWith("http_") && ByteText.secretHeader(name.substring(5).replace('_', '-')))
        || (name.startsWith("sent_http_")
            && ByteText.secretHeader(name.substring(10).replace('_', '-')));
  }

  /** The characters of which values of a variable consist, or null where any may stand. */
  private static @Nullable String allowed(String name) {
    return switch (name) {
      case "upstream_status",
          "upstream_connect_time",
          "upstream_header_time",
          "upstream_response_time",
          "upstream_bytes_received",
          "upstream_bytes_sent",
          "upstream_response_length" ->
          "0123456789.-, :";
      case "status",
          "remote_port",
          "server_port",
          "request_time",
          "request_length",
          "bytes_sent",
          "body_bytes_sent",
          "msec",
          "connection",
          "connection_requests",
          "pid" ->
          "0123456789.-";
      case "remote_addr", "server_addr" -> "0123456789abcdef.:unix";
      case "time_iso8601" -> "0123456789-+:TZ";
      case "time_local" -> "0123456789/:+- JFMASONDabceglnoprtuvy";
      default -> null;
    };
  }

  /** Without what the escaping put in. */
  private String plain(String value) {
    if (escape == Escape.DEFAULT && value.equals("-")) {
      return "";
    }
    if (escape == Escape.NONE || value.indexOf('\\') < 0) {
      return value;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      char next = c == '\\' && i + 1 < value.length() ? value.charAt(i + 1) : 0;
      int digits = next == 'x' ? 2 : next == 'u' ? 4 : 0;
      int code = digits == 0 ? -1 : hex(value, i + 2, digits);
      if (code >= 0) {
        out.append((char) code);
        i += 1 + digits;
      } else if (next != 0) {
        out.append(
            switch (next) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              case 'b' -> '\b';
              case 'f' -> '\f';
              default -> next;
            });
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int hex(String text, int from, int digits) {
    int code = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
