package dev.why502.gateway.caddy;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an error of Go's network libraries says. Words are looked for where Go puts them: the call
 * at the beginning, what it met at the end.
 *
 * @param errno system error number, 0 when none
 * @param peer {@code 127.0.0.1:3001} or {@code unix:/run/app.sock}, or null when it names none
 */
record CaddyLogMessage(Event event, Stage stage, int errno, @Nullable String peer) {
  /** How a dial, a read or a write ends. */
  private record Ending(String words, int errno, Event dial, Event other) {}

  private static final List<Ending> ENDINGS =
      List.of(
          new Ending("connection refused", 111, Event.REFUSED, Event.OTHER),
          new Ending("connection timed out", 110, Event.CONNECT_TIMEOUT, Event.RESPONSE_TIMEOUT),
          new Ending("i/o timeout", 0, Event.CONNECT_TIMEOUT, Event.RESPONSE_TIMEOUT),
          new Ending("no route to host", 113, Event.UNREACHABLE, Event.CLOSED_EARLY),
          new Ending("network is unreachable", 101, Event.UNREACHABLE, Event.CLOSED_EARLY),
          new Ending("host is down", 112, Event.UNREACHABLE, Event.CLOSED_EARLY),
          new Ending("permission denied", 13, Event.CONNECT_FORBIDDEN, Event.OTHER),
          new Ending("operation not permitted", 1, Event.CONNECT_FORBIDDEN, Event.OTHER),
          new Ending("no such file or directory", 2, Event.SOCKET_MISSING, Event.OTHER),
          new Ending("not a directory", 20, Event.SOCKET_MISSING, Event.OTHER),
          new Ending("resource temporarily unavailable", 11, Event.BACKLOG_FULL, Event.OTHER),
          new Ending("cannot assign requested address", 99, Event.NO_LOCAL_PORT, Event.OTHER),
          new Ending("too many open files", 24, Event.NO_FILES, Event.NO_FILES),
          new Ending("too many open files in system", 23, Event.NO_FILES, Event.NO_FILES),
          new Ending("connection reset by peer", 104, Event.CLOSED_EARLY, Event.CLOSED_EARLY),
          new Ending("broken pipe", 32, Event.CLOSED_EARLY, Event.CLOSED_EARLY),
          new Ending("invalid argument", 22, Event.OTHER, Event.OTHER),
          new Ending("EOF", 0, Event.CLOSED_EARLY, Event.CLOSED_EARLY));

  static CaddyLogMessage of(String message) {
    if (message.equals("no upstreams available")) {
      return plain(Event.NO_LIVE_UPSTREAMS, Stage.CONNECTING);
    }
    if (message.contains("http: request body too large")) {
      return plain(Event.BODY_TOO_LARGE, Stage.OTHER);
    }
    if (message.startsWith("making dial info:")) {
      return plain(Event.OTHER, Stage.CONNECTING);
    }
    int lookup = message.indexOf("lookup ");
    if (lookup >= 0 && (message.startsWith("dial ") || lookup == 0)) {
      return plain(Event.NOT_RESOLVED, Stage.RESOLVING);
    }
    Event tls = tls(message);
    if (tls != null) {
      return plain(tls, Stage.HANDSHAKING);
    }
    if (message.contains("server response headers exceeded")) {
      return plain(Event.HEADER_TOO_BIG, Stage.READING_HEADER);
    }
    if (message.contains("malformed HTTP")
        || message.contains("malformed MIME header")
        || message.contains("malformed chunked")
        || message.contains("invalid header field")
        || message.contains("unsupported transfer encoding")
        || message.contains("bad Content-Length")
        || message.contains("too many transfer encodings")
        || message.startsWith("fcgi: invalid header")) {
      return plain(Event.INVALID_RESPONSE, Stage.READING_HEADER);
    }
    if (message.contains("timeout awaiting response headers")
        || message.contains("context deadline exceeded")
        || message.contains("Client.Timeout exceeded")) {
      return plain(Event.RESPONSE_TIMEOUT, Stage.READING_HEADER);
    }
    if (message.contains("server closed idle connection")
        || message.contains("server closed the stream")
        || message.contains("http2: server sent GOAWAY")
        || message.equals("unexpected EOF")) {
      return plain(Event.CLOSED_EARLY, Stage.READING_HEADER);
    }
    return call(message);
  }

  private static CaddyLogMessage plain(Event event, Stage stage) {
    return new CaddyLogMessage(event, stage, 0, null);
  }

  private static @Nullable Event tls(String message) {
    int x509 = message.indexOf("x509: ");
    if (x509 >= 0) {
      String rest = message.substring(x509 + "x509: ".length());
      boolean name =
          rest.startsWith("certificate is valid for")
              || rest.startsWith("certificate is not valid for")
              || rest.startsWith("cannot validate certificate for")
              || rest.startsWith("certificate relies on legacy Common Name")
              || rest.startsWith("certificate has no names");
      return name ? Event.TLS_NAME_MISMATCH : Event.TLS_UNTRUSTED;
    }
    if (message.contains("first record does not look like a TLS handshake")
        || message.contains("server gave HTTP response to HTTPS client")
        || message.contains("received record with version")
        || message.contains("server selected unsupported protocol version")) {
      return Event.TLS_WRONG_VERSION;
    }
    if (message.startsWith("remote error: tls:")) {
      return Event.TLS_ALERT;
    }
    return message.startsWith("tls: ") || message.contains("TLS handshake timeout")
        ? Event.TLS_OTHER
        : null;
  }

  private static CaddyLogMessage call(String message) {
    boolean dial = message.startsWith("dial ") || message.startsWith("dialing backend: dial ");
    boolean read = message.startsWith("read ") || message.startsWith("readfrom ");
    boolean write = message.startsWith("write ");
    String text = message.startsWith("dialing ") ? message.substring(17) : message;
    Stage stage = dial ? Stage.CONNECTING : write ? Stage.SENDING : Stage.READING_HEADER;
    String peer = dial || read || write ? peer(text) : null;
    for (Ending ending : ENDINGS) {
      boolean fits = message.equals(ending.words()) || message.endsWith(": " + ending.words());
      if (fits && (dial || read || write || message.equals("EOF") || message.endsWith(": EOF"))) {
        return new CaddyLogMessage(
            dial ? ending.dial() : ending.other(), stage, ending.errno(), peer);
      }
    }
    return new CaddyLogMessage(Event.OTHER, dial ? Stage.CONNECTING : Stage.OTHER, 0, peer);
  }

  /** {@code dial tcp A: ..}, {@code read tcp OURS->A: ..}, {@code dial unix /path: ..}. */
  private static @Nullable String peer(String message) {
    String[] words = message.split(" ", 4);
    if (words.length < 3) {
      return null;
    }
    if (words[1].startsWith("unix")) {
      int end = message.indexOf(": ");
      int arrow = message.indexOf("->");
      int start = arrow > 0 && arrow < end ? arrow + 2 : message.indexOf('/');
      return start < 0 || end < start ? null : "unix:" + message.substring(start, end);
    }
    String address =
        words[2].endsWith(":") ? words[2].substring(0, words[2].length() - 1) : words[2];
    int arrow = address.indexOf("->");
    String far = arrow < 0 ? address : address.substring(arrow + 2);
    if (words[1].startsWith("tcp") && far.indexOf(':') >= 0) {
      return far.startsWith(":") ? "127.0.0.1" + far : far;
    }
    return null;
  }
}
