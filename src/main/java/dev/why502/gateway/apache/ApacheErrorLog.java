package dev.why502.gateway.apache;

import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of httpd's error log in its default format: {@code [Sun Nov 22 18:31:07.693934 2026]
 * [proxy:error] [pid 4711:tid 4715] (111)Connection refused: [client 127.0.0.1:43800] AH00957:
 * message} (core.c, log.c). Pure.
 */
public final class ApacheErrorLog implements LogGrammar {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

  /** Parts of a line that may stand before its message. */
  private static final int MAX_PARTS = 6;

  @Override
  public LoggedLine parse(String text, ZoneId zone) {
    return read(text, zone);
  }

  @Override
  public List<Tie> ties(List<LoggedLine> lines, RequestFacts facts) {
    return ApacheErrorLogTies.of(lines, facts);
  }

  static ApacheErrorLogLine read(String text, ZoneId zone) {
    int end = text.indexOf("] ");
    Instant at = !text.startsWith("[") || end < 0 ? null : stamp(text.substring(1, end), zone);
    Fields fields = new Fields(text, at == null ? text.length() : end + 2);
    if (at != null) {
      fields.read();
    }
    String message = text.substring(Math.min(fields.at, text.length()));
    ApacheErrorLogMessage said =
        at == null
            ? ApacheErrorLogMessage.NONE
            : ApacheErrorLogMessage.of(message, fields.module, fields.errno, fields.remote);
    return new ApacheErrorLogLine(
        at,
        fields.module,
        fields.level,
        fields.thread,
        fields.client,
        said.code(),
        said.event(),
        said.stage(),
        fields.errno,
        said.protocol(),
        said.peer(),
        said.returnedBy(),
        text);
  }

  /** The bracketed fields and the error number before a message. */
  private static final class Fields {
    private final String text;
    private int at;
    private @Nullable String module;
    private String level = "";
    private @Nullable String thread;
    private @Nullable String client;
    private @Nullable String remote;
    private int errno;

    Fields(String text, int at) {
      this.text = text;
      this.at = at;
    }

    void read() {
      for (int i = 0; i < MAX_PARTS; i++) {
        if (!(text.startsWith("[", at) ? bracket() : text.startsWith("(", at) && error())) {
          return;
        }
      }
    }

    private boolean bracket() {
      int close = text.indexOf("] ", at);
      if (close < 0) {
        return false;
      }
      String field = text.substring(at + 1, close);
      if (field.startsWith("pid ")) {
        thread = field.substring(4).replace("tid ", "");
      } else if (field.startsWith("client ")) {
        client = field.substring(7);
      } else if (field.startsWith("remote ")) {
        remote = field.substring(7);
      } else if (module == null && level.isEmpty() && field.matches("[a-z0-9_]*:?[a-z0-9]+")) {
        int colon = field.indexOf(':');
        module = colon <= 0 ? null : field.substring(0, colon);
        level = field.substring(colon + 1);
      } else {
        return false;
      }
      at = close + 2;
      return true;
    }

    /** {@code (111)Connection refused: } or {@code (EAI 2)Name or service not known: }. */
    private boolean error() {
      int close = text.indexOf(')', at);
      int end = close < 0 ? -1 : text.indexOf(": ", close);
      if (end < 0 || errno != 0) {
        return false;
      }
      String number = text.substring(at + 1, close);
      long value = ByteText.number(number.startsWith("EAI ") ? number.substring(4) : number);
      if (value < 0 || value > Integer.MAX_VALUE) {
        return false;
      }
      // Numbers of getaddrinfo are no numbers of the system.
      errno = number.startsWith("EAI ") ? 0 : (int) value;
      at = end + 2;
      return true;
    }
  }

  /** {@code Sun Nov 22 18:31:07.693934 2026}, with or without its fraction. */
  private static @Nullable Instant stamp(String text, ZoneId zone) {
    String[] words = text.split(" +");
    if (words.length != 5 || !DAYS.contains(words[0]) || words[3].length() < 8) {
      return null;
    }
    int month = MONTHS.indexOf(words[1]) + 1;
    String time = words[3];
    String fraction = time.length() > 9 && time.charAt(8) == '.' ? time.substring(9) : "0";
    if ((time.length() > 8 && time.charAt(8) != '.') || fraction.length() > 9) {
      return null;
    }
    try {
      return LocalDateTime.of(
              (int) ByteText.number(words[4]),
              month,
              (int) ByteText.number(words[2]),
              (int) ByteText.number(time.substring(0, 2)),
              (int) ByteText.number(time.substring(3, 5)),
              (int) ByteText.number(time.substring(6, 8)),
              (int) ByteText.number(fraction + "0".repeat(9 - fraction.length())))
          .atZone(zone)
          .toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  @Override
  public boolean lasting() {
    return true;
  }
}
