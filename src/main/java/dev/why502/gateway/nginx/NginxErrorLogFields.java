package dev.why502.gateway.nginx;

import org.jspecify.annotations.Nullable;

/**
 * The fields that nginx appends to a message: {@code , client: C, server: S, request: "R",
 * subrequest: "..", upstream: "U", host: "H", referrer: "F"}, each optional, in this order.
 *
 * <p>nginx escapes none of it, and much of it comes from outside, so quotes and commas prove
 * nothing. A request line has no blanks but two (nginx refuses others), which ends it safely; from
 * there on each field ends where the name of a later one begins.
 */
record NginxErrorLogFields(
    String message,
    @Nullable String client,
    @Nullable String server,
    @Nullable String request,
    @Nullable String upstream,
    boolean upstreamWhole,
    @Nullable String host,
    boolean cut,
    boolean doubtful) {
  private static final String CLIENT = ", client: ";
  private static final String SERVER = ", server: ";
  private static final String[] QUOTED = {
    ", request: \"", ", subrequest: \"", ", upstream: \"", ", host: \"", ", referrer: \""
  };
  private static final String STREAM_BYTES = ", bytes from/to client:";

  static NginxErrorLogFields of(String text) {
    int client = fieldsStart(text, 0);
    if (client < 0) {
      return none(text, false);
    }
    // A quoted part of the message may come from outside and imitate the fields.
    boolean quotes = text.lastIndexOf('"', client) >= 0;
    if (quotes && fieldsStart(text, client + 1) >= 0) {
      return none(text, true);
    }
    return new Scan(text, client).fields();
  }

  private static NginxErrorLogFields none(String text, boolean doubtful) {
    return new NginxErrorLogFields(text, null, null, null, null, false, null, false, doubtful);
  }

  /** Where {@code , client: ADDRESS} begins, or -1. */
  private static int fieldsStart(String text, int from) {
    int at = text.indexOf(CLIENT, from);
    while (at >= 0) {
      int start = at + CLIENT.length();
      int end = tokenEnd(text, start);
      if (end == text.length() || text.startsWith(", ", end)) {
        return at;
      }
      at = text.indexOf(CLIENT, at + 1);
    }
    return -1;
  }

  /** The end of an address, or of {@code unix:}. */
  private static int tokenEnd(String text, int start) {
    if (text.startsWith("unix:", start)) {
      return start + "unix:".length();
    }
    int end = start;
    while (end < text.length()
        && (Character.digit(text.charAt(end), 16) >= 0
            || text.charAt(end) == '.'
            || text.charAt(end) == ':')) {
      end++;
    }
    return end;
  }

  /** One walk over the fields, from left to right. */
  private static final class Scan {
    private final String text;
    private final int start;
    private final @Nullable String[] values = new String[QUOTED.length];
    private int at;
    private boolean cut;

    Scan(String text, int start) {
      this.text = text;
      this.start = start;
      this.at = start + CLIENT.length();
    }

    NginxErrorLogFields fields() {
      int end = tokenEnd(text, at);
      String client = end == text.length() || end == at ? null : text.substring(at, end);
      if (end == text.length() && end > at) {
        // Some messages end with the client alone; the address may as well be half of one.
        client = text.length() < NginxErrorLog.CUT_LENGTH ? text.substring(at, end) : null;
      }
      at = end;
      String server = null;
      if (text.startsWith(SERVER, at)) {
        at += SERVER.length();
        int comma = text.indexOf(", ", at);
        server = comma < 0 ? text.substring(at) : text.substring(at, comma);
        at = comma < 0 ? text.length() : comma;
      }
      int last = -1;
      for (int field = 0; field < QUOTED.length; field++) {
        if (text.startsWith(QUOTED[field], at)) {
          at += QUOTED[field].length();
          values[field] = value(field);
          last = field;
        }
      }
      boolean upstreamWhole = !(cut && last == 2);
      return new NginxErrorLogFields(
          text.substring(0, start),
          client,
          server,
          values[0],
          values[2],
          upstreamWhole,
          cut && last == 3 ? null : values[3],
          cut,
          false);
    }

    private String value(int field) {
      int end = field == 0 ? requestEnd() : -1;
      if (end < 0) {
        for (int later = field + 1; later < QUOTED.length; later++) {
          int found = text.indexOf('"' + QUOTED[later], at);
          end = found >= 0 && (end < 0 || found < end) ? found : end;
        }
        int bytes = text.indexOf('"' + STREAM_BYTES, at);
        end = bytes >= 0 && (end < 0 || bytes < end) ? bytes : end;
      }
      if (end < 0 && text.length() > at && text.charAt(text.length() - 1) == '"') {
        end = text.length() - 1;
      }
      if (end < 0) {
        cut = true;
        end = text.length();
      }
      String value = text.substring(at, end);
      at = Math.min(text.length(), end + 1);
      return value;
    }

    /** The closing quote of {@code METHOD TARGET HTTP/1.1"}, or -1 when it has another form. */
    private int requestEnd() {
      int afterMethod = text.indexOf(' ', at);
      int afterTarget = afterMethod < 0 ? -1 : text.indexOf(' ', afterMethod + 1);
      if (afterTarget < 0 || !text.startsWith("HTTP/", afterTarget + 1)) {
        return -1;
      }
      int end = afterTarget + 1 + "HTTP/".length();
      while (end < text.length()
          && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
        end++;
      }
      return end < text.length() && text.charAt(end) == '"' ? end : -1;
    }
  }
}
