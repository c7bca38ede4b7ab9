package dev.why502.gateway.nginx;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;

/**
 * What a message of nginx says. Only its own words count: they are looked for where nginx puts
 * them, at the beginning, in the error after the call, and in the action at the end; never in the
 * middle, where text from outside may stand.
 *
 * @param errno system error number, 0 when none
 */
record NginxErrorLogMessage(Event event, Stage stage, int errno) {
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ENETUNREACH = 101;
  private static final int ECONNRESET = 104;
  private static final int ETIMEDOUT = 110;
  private static final int ECONNREFUSED = 111;
  private static final int EHOSTDOWN = 112;
  private static final int EHOSTUNREACH = 113;

  static NginxErrorLogMessage of(String level, String message, boolean hasClient) {
    // Behind the last quote only: within quotes, a path or a header may say the same.
    int whileAt = message.lastIndexOf(" while ");
    String action =
        whileAt < message.lastIndexOf('"') || whileAt < 0
            ? ""
            : message.substring(whileAt + " while ".length());
    Stage stage = stage(action);
    int errno = errno(message);
    if (level.equals("emerg") && !hasClient) {
      Event event =
          message.startsWith("host not found in upstream")
              ? Event.NOT_RESOLVED
              : Event.CONFIG_REFUSED;
      return new NginxErrorLogMessage(
          event, event == Event.NOT_RESOLVED ? Stage.RESOLVING : Stage.OTHER, errno);
    }
    Event event = event(message, action, stage, errno);
    if (event == Event.NOT_RESOLVED) {
      stage = Stage.RESOLVING;
    }
    return new NginxErrorLogMessage(event, stage, errno);
  }

  private static Stage stage(String action) {
    if (action.startsWith("connecting to upstream")) {
      return Stage.CONNECTING;
    } else if (action.startsWith("SSL handshaking to upstream")) {
      return Stage.HANDSHAKING;
    } else if (action.startsWith("sending request to upstream")
        || action.startsWith("sending to upstream")) {
      return Stage.SENDING;
    } else if (action.startsWith("reading response header from upstream")) {
      return Stage.READING_HEADER;
    } else if (action.startsWith("reading upstream")
        || action.startsWith("reading response trailer from upstream")
        || action.startsWith("proxying ")) {
      return Stage.READING_BODY;
    } else if (action.startsWith("resolving")) {
      return Stage.RESOLVING;
    }
    return Stage.OTHER;
  }

  private static Event event(String message, String action, Stage stage, int errno) {
    if (message.startsWith("upstream ")) {
      return upstream(message.substring("upstream ".length()), action, stage);
    } else if (message.startsWith("no live upstreams")) {
      return Event.NO_LIVE_UPSTREAMS;
    } else if (message.startsWith("no resolver defined to resolve")
        || message.startsWith("host not found in upstream")
        || (message.contains(" could not be resolved (") && plain(message))) {
      return Event.NOT_RESOLVED;
    } else if (message.startsWith("limiting requests, excess:")) {
      return Event.LIMITED_REQUESTS;
    } else if (message.startsWith("limiting connections by zone")) {
      return Event.LIMITED_CONNECTIONS;
    } else if (message.startsWith("access forbidden by rule")
        || message.startsWith("directory index of \"")) {
      return Event.FORBIDDEN_BY_RULE;
    } else if (message.startsWith("no user/password was provided")
        || (message.startsWith("user \"") && authentication(message))) {
      return Event.AUTHENTICATION;
    } else if (message.startsWith("client intended to send too large")) {
      return Event.BODY_TOO_LARGE;
    } else if (message.startsWith("rewrite or internal redirection cycle")
        || message.startsWith("subrequests cycle")) {
      return Event.REDIRECT_CYCLE;
    } else if (message.startsWith("FastCGI sent in stderr: \"Primary script unknown")) {
      return Event.FILE_NOT_FOUND;
    } else if (workerConnections(message)) {
      return Event.NO_WORKER_CONNECTIONS;
    } else if (message.startsWith("\"") && message.contains("\" is not found (" + ENOENT + ":")) {
      return Event.FILE_NOT_FOUND;
    } else if (message.startsWith("peer closed connection in SSL handshake")) {
      return stage == Stage.HANDSHAKING ? Event.CLOSED_EARLY : Event.OTHER;
    }
    return call(message, stage, errno);
  }

  /** A system or library call that failed: {@code name() failed (N: text)}. */
  private static Event call(String message, Stage stage, int errno) {
    int paren = message.indexOf('(');
    String call = paren < 0 ? "" : message.substring(0, paren);
    if ((errno == EMFILE || errno == ENFILE)
        && (call.startsWith("accept") || call.equals("socket") || call.equals("open"))) {
      return Event.NO_FILES;
    }
    return switch (call) {
      case "connect" -> stage == Stage.CONNECTING ? connect(errno) : resolving(stage);
      case "bind" ->
          stage == Stage.CONNECTING && errno == EADDRINUSE ? Event.NO_LOCAL_PORT : Event.OTHER;
      case "open" -> errno == ENOENT || errno == ENOTDIR ? Event.FILE_NOT_FOUND : Event.OTHER;
      case "SSL_do_handshake", "SSL_read", "SSL_write" -> tls(message, stage);
      case "recv", "readv", "read", "send", "sendmsg", "writev", "sendfile" ->
          transfer(message, stage, errno);
      default -> Event.OTHER;
    };
  }

  private static Event connect(int errno) {
    return switch (errno) {
      case ECONNREFUSED -> Event.REFUSED;
      case ETIMEDOUT -> Event.CONNECT_TIMEOUT;
      case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN -> Event.UNREACHABLE;
      case ENOENT, ENOTDIR -> Event.SOCKET_MISSING;
      case EACCES, EPERM -> Event.CONNECT_FORBIDDEN;
      case EADDRNOTAVAIL -> Event.NO_LOCAL_PORT;
      case EAGAIN -> Event.BACKLOG_FULL;
      case ECONNRESET -> Event.CLOSED_EARLY;
      default -> Event.OTHER;
    };
  }

  private static Event resolving(Stage stage) {
    return stage == Stage.RESOLVING ? Event.NOT_RESOLVED : Event.OTHER;
  }

  private static Event transfer(String message, Stage stage, int errno) {
    return switch (stage) {
      case CONNECTING ->
          // Where a connection fails at once, nginx may meet it first when it writes.
          errno == ECONNREFUSED ? Event.REFUSED : Event.CLOSED_EARLY;
      case HANDSHAKING, SENDING, READING_HEADER -> Event.CLOSED_EARLY;
      case READING_BODY ->
          // Of an upgraded connection it is not told which side broke it.
          message.contains(" while proxying ") ? Event.OTHER : Event.BODY_BROKEN;
      case RESOLVING -> Event.NOT_RESOLVED;
      case OTHER -> Event.OTHER;
    };
  }

  private static Event tls(String message, Stage stage) {
    if (stage == Stage.OTHER || stage == Stage.RESOLVING) {
      // A client of the gateway.
      return Event.OTHER;
    } else if (message.contains("SSL alert number") || message.contains(" alert ")) {
      return Event.TLS_ALERT;
    } else if (message.contains("wrong version number") || message.contains("unknown protocol")) {
      return Event.TLS_WRONG_VERSION;
    } else if (message.contains("certificate verify failed")) {
      return Event.TLS_UNTRUSTED;
    } else if (stage == Stage.READING_BODY) {
      return Event.BODY_BROKEN;
    } else if (message.contains("unexpected eof")) {
      return Event.CLOSED_EARLY;
    }
    int errno = errno(message);
    return errno == ECONNRESET ? Event.CLOSED_EARLY : Event.TLS_OTHER;
  }

  /** What follows the word "upstream". */
  private static Event upstream(String rest, String action, Stage stage) {
    if (rest.startsWith("timed out")) {
      return switch (stage) {
        case CONNECTING -> Event.CONNECT_TIMEOUT;
        case READING_BODY -> Event.BODY_BROKEN;
        case RESOLVING -> Event.NOT_RESOLVED;
        case HANDSHAKING, SENDING, READING_HEADER, OTHER -> Event.RESPONSE_TIMEOUT;
      };
    } else if (rest.startsWith("prematurely closed") || rest.startsWith("closed prematurely")) {
      return stage == Stage.READING_BODY ? Event.BODY_BROKEN : Event.CLOSED_EARLY;
    } else if (rest.startsWith("sent too big header")) {
      return Event.HEADER_TOO_BIG;
    } else if (rest.startsWith("sent more data than specified")) {
      return Event.OTHER;
    } else if (rest.startsWith("sent ") || rest.startsWith("split a header line")) {
      return Event.INVALID_RESPONSE;
    } else if (rest.startsWith("rejected request with error")) {
      return Event.CLOSED_EARLY;
    } else if (rest.startsWith("SSL certificate does not match")) {
      return Event.TLS_NAME_MISMATCH;
    } else if (rest.startsWith("SSL certificate verify error")) {
      return Event.TLS_UNTRUSTED;
    } else if (rest.startsWith("SSL ") || action.startsWith("SSL handshaking to upstream")) {
      return Event.TLS_OTHER;
    } else if (rest.startsWith("server temporarily disabled")) {
      return Event.PEER_DOWN;
    }
    return Event.OTHER;
  }

  private static boolean workerConnections(String message) {
    int digits = 0;
    while (digits < message.length() && Character.isDigit(message.charAt(digits))) {
      digits++;
    }
    String rest = message.substring(digits);
    return digits > 0
        && rest.startsWith(" worker_connections are not enough")
        && !rest.startsWith(" worker_connections are not enough, reusing");
  }

  private static boolean authentication(String message) {
    return message.contains("\": password mismatch") || message.contains("\" was not found in \"");
  }

  /** The name before it is one word, not a sentence from outside. */
  private static boolean plain(String message) {
    return message.indexOf(' ') == message.indexOf(" could not be resolved (");
  }

  /** The number in {@code failed (N: text)} or {@code timed out (N: text)}, else 0. */
  private static int errno(String message) {
    // The last one: before it, a path in quotes may hold anything.
    int at = Math.max(message.lastIndexOf(" failed ("), message.lastIndexOf(" timed out ("));
    at = Math.max(at, message.lastIndexOf("\" is not found ("));
    at = Math.max(at, message.lastIndexOf("in SSL handshake ("));
    if (message.contains(" could not be resolved (" + ETIMEDOUT + ":")) {
      return ETIMEDOUT;
    }
    int paren = at < 0 ? -1 : message.indexOf('(', at);
    int number = paren < 0 ? 0 : number(message, paren + 1);
    if (number == 0) {
      // SSL_read() failed (SSL: error:...) (104: Connection reset by peer)
      int second = paren < 0 ? -1 : message.indexOf(") (", paren);
      number = second < 0 ? 0 : number(message, second + 3);
    }
    return number;
  }

  private static int number(String message, int from) {
    int at = from;
    int number = 0;
    while (at < message.length() && at < from + 4 && Character.isDigit(message.charAt(at))) {
      number = number * 10 + Character.digit(message.charAt(at), 10);
      at++;
    }
    return at > from && message.startsWith(": ", at) ? number : 0;
  }
}
