package dev.why502.gateway.apache;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.gateway.ByteText;
import org.jspecify.annotations.Nullable;

/**
 * What a message of httpd says, by its AH code. Its words are read only where httpd puts them:
 * right after the code.
 *
 * @param peer {@code 127.0.0.1:3001}, {@code unix:/run/app.sock} or {@code balancer://app}
 */
record ApacheErrorLogMessage(
    int code,
    Event event,
    Stage stage,
    @Nullable String protocol,
    @Nullable String peer,
    @Nullable String returnedBy) {
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ENETUNREACH = 101;
  private static final int ECONNRESET = 104;
  private static final int ETIMEDOUT = 110;
  private static final int ECONNREFUSED = 111;
  private static final int EHOSTUNREACH = 113;
  private static final int APR_TIMEUP = 70007;
  private static final int APR_EOF = 70014;
  private static final int APR_EGENERAL = 20014;

  static final ApacheErrorLogMessage NONE =
      new ApacheErrorLogMessage(0, Event.OTHER, Stage.OTHER, null, null, null);

  /**
   * @param remote the peer of a TLS connection that httpd made itself, or null
   */
  static ApacheErrorLogMessage of(
      String message, @Nullable String module, int errno, @Nullable String remote) {
    if (!message.startsWith("AH") || message.length() < 9 || !message.startsWith(": ", 7)) {
      // Scripts write their own words into it, with or without a module.
      return script(message, module);
    }
    int code = (int) ByteText.number(message.substring(2, 7));
    String said = message.substring(9);
    return code < 0 ? NONE : of(code, said, errno, remote);
  }

  private static ApacheErrorLogMessage script(String message, @Nullable String module) {
    return module != null
            && module.equals("proxy_fcgi")
            && message.contains("Primary script unknown")
        ? new ApacheErrorLogMessage(0, Event.FILE_NOT_FOUND, Stage.OTHER, null, null, null)
        : NONE;
  }

  private static ApacheErrorLogMessage of(
      int code, String said, int errno, @Nullable String remote) {
    return switch (code) {
      case 957 -> connecting(code, said, errno, between(said, "attempt to connect to ", " ("));
      case 2454 -> {
        String path = between(said, "Unix domain socket ", " (");
        yield connecting(code, said, errno, path == null ? null : "unix:" + path);
      }
      case 952 -> connecting(code, said, errno, null);
      case 1114, 1079, 896, 1033, 857 ->
          simple(code, Event.CONNECT_FAILED, Stage.CONNECTING, protocol(said), null);
      case 959 ->
          simple(code, Event.PEER_DOWN, Stage.CONNECTING, null, between(said, "worker for (", ")"));
      case 940 -> simple(code, Event.NO_LIVE_UPSTREAMS, Stage.CONNECTING, protocol(said), null);
      case 1167, 1170 ->
          simple(code, Event.NO_LIVE_UPSTREAMS, Stage.CONNECTING, null, before(said, ": "));
      case 1171 -> simple(code, Event.NO_ROUTE, Stage.OTHER, null, null);
      case 1102 -> reading(code, errno, afterLast(said, "remote server "));
      case 1075, 1067, 1068 -> reading(code, errno, null);
      case 898 -> returned(code, said);
      case 1084, 1095, 1097 -> sending(code, said, errno);
      case 2039, 2040 -> simple(code, Event.TLS_UNTRUSTED, Stage.HANDSHAKING, null, remote);
      case 2004 -> simple(code, Event.TLS_UNTRUSTED, Stage.HANDSHAKING, null, remote);
      case 2005, 2411 -> simple(code, Event.TLS_NAME_MISMATCH, Stage.HANDSHAKING, null, remote);
      case 2003 -> simple(code, Event.TLS_OTHER, Stage.HANDSHAKING, null, remote);
      case 961, 1961 -> simple(code, Event.TLS_OTHER, Stage.HANDSHAKING, null, null);
      case 10124 -> simple(code, Event.HEADER_TOO_BIG, Stage.READING_HEADER, null, null);
      case 10404 ->
          simple(
              code,
              errno == APR_EOF || errno == ECONNRESET
                  ? Event.CLOSED_EARLY
                  : errno == APR_TIMEUP ? Event.RESPONSE_TIMEOUT : Event.INVALID_RESPONSE,
              Stage.READING_HEADER,
              null,
              null);
      case 1106 ->
          withPath(
              simple(code, Event.OTHER, Stage.READING_HEADER, null, null),
              between(said, "returned by ", " ("));
      case 2429, 2430 -> simple(code, Event.INVALID_RESPONSE, Stage.READING_HEADER, null, null);
      case 1110, 1073, 2650 -> simple(code, Event.BODY_BROKEN, Stage.READING_BODY, null, null);
      case 1144 -> simple(code, Event.NOT_TRIED, Stage.OTHER, null, null);
      case 484, 485, 161, 286, 288 ->
          simple(code, Event.NO_WORKER_CONNECTIONS, Stage.OTHER, null, null);
      case 1630, 1797, 35, 1276, 1275 ->
          simple(code, Event.FORBIDDEN_BY_RULE, Stage.OTHER, null, null);
      case 36 ->
          simple(
              code,
              errno == EACCES ? Event.FORBIDDEN_BY_RULE : Event.FILE_NOT_FOUND,
              Stage.OTHER,
              null,
              null);
      case 1614, 1617, 1618, 1629, 1631, 1777, 1788, 1790 ->
          simple(code, Event.AUTHENTICATION, Stage.OTHER, null, null);
      case 1587, 1588, 1089, 1090, 2611 ->
          simple(code, Event.BODY_TOO_LARGE, Stage.OTHER, null, null);
      case 1071 -> script(said, "proxy_fcgi");
      case 128, 130, 1264 -> simple(code, Event.FILE_NOT_FOUND, Stage.OTHER, null, null);
      case 124 -> simple(code, Event.REDIRECT_CYCLE, Stage.OTHER, null, null);
      case 526, 16, 20 -> simple(code, Event.CONFIG_REFUSED, Stage.OTHER, null, null);
      default ->
          errno == EMFILE || errno == ENFILE
              ? simple(code, Event.NO_FILES, Stage.OTHER, null, null)
              : simple(code, Event.OTHER, Stage.OTHER, null, null);
    };
  }

  private static ApacheErrorLogMessage simple(
      int code, Event event, Stage stage, @Nullable String protocol, @Nullable String peer) {
    return new ApacheErrorLogMessage(code, event, stage, protocol, peer, null);
  }

  private static ApacheErrorLogMessage withPath(
      ApacheErrorLogMessage message, @Nullable String path) {
    return new ApacheErrorLogMessage(
        message.code, message.event, message.stage, message.protocol, message.peer, path);
  }

  private static ApacheErrorLogMessage connecting(
      int code, String said, int errno, @Nullable String peer) {
    Event event =
        switch (errno) {
          case ECONNREFUSED -> Event.REFUSED;
          case ETIMEDOUT, APR_TIMEUP -> Event.CONNECT_TIMEOUT;
          case EHOSTUNREACH, ENETUNREACH -> Event.UNREACHABLE;
          case ENOENT -> Event.SOCKET_MISSING;
          case EACCES, EPERM -> Event.CONNECT_FORBIDDEN;
          case EADDRNOTAVAIL, EADDRINUSE -> Event.NO_LOCAL_PORT;
          case EAGAIN -> Event.BACKLOG_FULL;
          case EMFILE, ENFILE -> Event.NO_FILES;
          default -> Event.CONNECT_FAILED;
        };
    return simple(code, event, Stage.CONNECTING, protocol(said), peer);
  }

  /** The same code for silence, a close, a reset and what is no HTTP: the number tells. */
  private static ApacheErrorLogMessage reading(int code, int errno, @Nullable String peer) {
    Event event =
        switch (errno) {
          case APR_TIMEUP, ETIMEDOUT -> Event.RESPONSE_TIMEOUT;
          case APR_EGENERAL, APR_EOF, ECONNRESET -> Event.CLOSED_EARLY;
          case 22 -> Event.INVALID_RESPONSE;
          default -> Event.OTHER;
        };
    return simple(code, event, Stage.READING_HEADER, null, peer);
  }

  /** {@code Error reading from remote server returned by /x}: what a client is told, and why. */
  private static ApacheErrorLogMessage returned(int code, String said) {
    int referer = said.indexOf(", referer: ");
    String plain = referer < 0 ? said : said.substring(0, referer);
    // A path may hold these words itself; before it they may stand in what the upstream sent.
    boolean sent = said.startsWith("Corrupt ") || said.startsWith("Bad ");
    int at = sent ? plain.lastIndexOf(" returned by ") : plain.indexOf(" returned by ");
    String path = at < 0 ? null : plain.substring(at + " returned by ".length());
    Event event = Event.OTHER;
    Stage stage = Stage.OTHER;
    if (said.startsWith("DNS lookup failure for")) {
      event = Event.NOT_RESOLVED;
      stage = Stage.RESOLVING;
    } else if (said.startsWith("Error during SSL Handshake")) {
      event = Event.CONNECT_FAILED;
      stage = Stage.HANDSHAKING;
    } else if (said.startsWith("Error reading from remote server")) {
      // The line before it, of the same thread, says how.
      stage = Stage.READING_HEADER;
    } else if (said.startsWith("Timeout on 100-Continue")) {
      event = Event.RESPONSE_TIMEOUT;
      stage = Stage.READING_HEADER;
    } else if (said.startsWith("Corrupt status line") || said.startsWith("Bad ")) {
      event = Event.INVALID_RESPONSE;
      stage = Stage.READING_HEADER;
    }
    return withPath(simple(code, event, stage, null, null), path);
  }

  /** With TLS the first bytes that are sent carry the handshake out: it fails while sending. */
  private static ApacheErrorLogMessage sending(int code, String said, int errno) {
    String peer = between(said, "body failed to ", " (");
    Event event =
        switch (errno) {
          case ECONNRESET, 32 -> Event.CLOSED_EARLY;
          case APR_TIMEUP -> Event.RESPONSE_TIMEOUT;
          case APR_EGENERAL -> Event.CONNECT_FAILED;
          default -> Event.OTHER;
        };
    Stage stage = errno == APR_EGENERAL ? Stage.HANDSHAKING : Stage.SENDING;
    return simple(code, event, stage, null, peer);
  }

  private static @Nullable String protocol(String said) {
    int colon = said.indexOf(": ");
    String word = colon < 0 ? "" : ByteText.lower(said.substring(0, colon));
    return switch (word) {
      case "http", "https", "ajp", "scgi", "uwsgi" -> word;
      case "fcgi" -> "fastcgi";
      case "ws", "wss" -> word.equals("ws") ? "http" : "https";
      default -> null;
    };
  }

  private static @Nullable String between(String text, String before, String after) {
    int start = text.indexOf(before);
    int end = start < 0 ? -1 : text.indexOf(after, start + before.length());
    return end < 0 ? null : text.substring(start + before.length(), end);
  }

  private static @Nullable String before(String text, String after) {
    int end = text.indexOf(after);
    return end < 0 ? null : text.substring(0, end);
  }

  private static @Nullable String afterLast(String text, String before) {
    int start = text.lastIndexOf(before);
    String rest = start < 0 ? "" : text.substring(start + before.length());
    int end = rest.indexOf(',');
    return rest.isEmpty() ? null : end < 0 ? rest : rest.substring(0, end);
  }
}
