package dev.why502.gateway.haproxy;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.gateway.ByteText;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line about one request or connection: {@code option httplog}, {@code httpslog}, {@code tcplog},
 * an error of a connection, or the short default (the manual's 8.2). HAProxy writes quotes, bars
 * and braces within values as {@code #22}, so that fields are sure.
 */
final class HaproxyRequestLine {
  private static final String NO_SERVER = "<NOSRV>";
  private static final int TIMED_OUT = 110;

  private HaproxyRequestLine() {}

  /** Null when it is none. */
  static @Nullable HaproxyLogLine parse(
      String message,
      String text,
      ZoneId zone,
      @Nullable Instant at,
      Function<String, @Nullable String> addresses) {
    String[] words = message.split(" ", 16);
    if (message.startsWith("Connect from ") && words.length >= 6 && words[3].equals("to")) {
      String frontend = words[5].replace("(", "");
      int slash = frontend.indexOf('/');
      return line(
          at,
          words[2],
          slash < 0 ? frontend : frontend.substring(0, slash),
          null,
          null,
          0,
          "",
          -1,
          new Sense(Event.OTHER, Stage.OTHER, 0),
          null,
          null,
          text);
    }
    if (words.length < 3 || !words[1].startsWith("[") || !words[1].endsWith("]")) {
      return null;
    }
    Instant accepted =
        HaproxyLogPrefix.accepted(words[1].substring(1, words[1].length() - 1), zone);
    if (accepted == null) {
      return null;
    }
    String frontend = frontend(words[2]);
    if (words[2].endsWith(":")) {
      // "web/2: SSL handshake failure": the client's, not a server's.
      return line(
          accepted,
          words[0],
          frontend(words[2].replace(":", "")),
          null,
          null,
          0,
          "",
          -1,
          new Sense(Event.OTHER, Stage.OTHER, 0),
          null,
          null,
          text);
    }
    int slash = words.length > 4 ? words[3].lastIndexOf('/') : -1;
    if (slash < 0) {
      return null;
    }
    String backend = words[3].substring(0, slash);
    String server = words[3].substring(slash + 1);
    String[] timers = words[4].split("/", 6);
    boolean http = timers.length == 5 && words.length > 11;
    boolean tcp = timers.length == 3 && words.length > 7;
    if (!http && !tcp) {
      return null;
    }
    int status = http ? (int) Math.max(0, ByteText.number(words[5])) : 0;
    String flags = words[http ? 9 : 6];
    String[] connections = words[http ? 10 : 7].split("/", 6);
    int retries = connections.length == 5 ? retries(connections[4]) : -1;
    String request = http ? request(message) : null;
    boolean listens = frontend.equals(backend);
    Sense sense =
        server.startsWith("<")
            ? withoutServer(flags, status, listens && timers[0].equals("-1"), server)
            : withServer(flags, status, timers, http, words[http ? 6 : 5]);
    String name = backend + "/" + server;
    String address = server.startsWith("<") ? null : addresses.apply(name);
    String peer =
        server.startsWith("<")
            ? (sense.event() == Event.NO_LIVE_UPSTREAMS ? backend : null)
            : address == null ? name : address;
    return line(
        accepted, words[0], frontend, backend, server, status, flags, retries, sense, peer, request,
        text);
  }

  /** What a line means. */
  private record Sense(Event event, Stage stage, int errno) {}

  private static HaproxyLogLine line(
      @Nullable Instant at,
      String client,
      String frontend,
      @Nullable String backend,
      @Nullable String server,
      int status,
      String flags,
      int retries,
      Sense sense,
      @Nullable String peer,
      @Nullable String request,
      String text) {
    return new HaproxyLogLine(
        at,
        client,
        frontend,
        backend,
        server,
        status,
        flags,
        retries,
        sense.event(),
        sense.stage(),
        sense.errno(),
        peer,
        request,
        null,
        false,
        text);
  }

  /** {@code web~} came by TLS, {@code web/2} names the listener. */
  private static String frontend(String word) {
    String name = word.endsWith("~") ? word.substring(0, word.length() - 1) : word;
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }

  private static int retries(String word) {
    return (int) ByteText.number(word.startsWith("+") ? word.substring(1) : word);
  }

  /** No server was chosen: what did the gateway do instead? */
  private static Sense withoutServer(String flags, int status, boolean noBackend, String server) {
    String two = flags.length() < 2 ? "--" : flags.substring(0, 2);
    if (!server.equals(NO_SERVER)) {
      return new Sense(Event.NOT_TRIED, Stage.OTHER, 0);
    }
    return switch (two) {
      case "SC" -> new Sense(noBackend ? Event.NO_ROUTE : Event.NO_LIVE_UPSTREAMS, Stage.OTHER, 0);
      case "sQ", "PQ", "SQ" -> new Sense(Event.LIMITED_CONNECTIONS, Stage.OTHER, 0);
      case "PC" -> new Sense(Event.NO_FILES, Stage.CONNECTING, 0);
      case "RC" -> new Sense(Event.NO_LOCAL_PORT, Stage.CONNECTING, 0);
      case "PT" -> new Sense(Event.FORBIDDEN_BY_RULE, Stage.OTHER, 0);
      case "PR" ->
          new Sense(
              switch (status) {
                case 401, 407 -> Event.AUTHENTICATION;
                case 403 -> Event.FORBIDDEN_BY_RULE;
                case 429 -> Event.LIMITED_REQUESTS;
                case 413 -> Event.BODY_TOO_LARGE;
                default -> Event.NOT_TRIED;
              },
              Stage.OTHER,
              0);
      case "LR", "LH", "LC", "LD", "L-" ->
          new Sense(
              status == 401 || status == 407 ? Event.AUTHENTICATION : Event.NOT_TRIED,
              Stage.OTHER,
              0);
      default -> new Sense(Event.OTHER, Stage.OTHER, 0);
    };
  }

  private static Sense withServer(
      String flags, int status, String[] timers, boolean http, String bytes) {
    char who = flags.isEmpty() ? '-' : flags.charAt(0);
    char when = flags.length() < 2 ? '-' : flags.charAt(1);
    boolean answered = http ? !timers[3].equals("-1") && status > 0 : !bytes.equals("0");
    Stage stage =
        switch (when) {
          case 'C' -> Stage.CONNECTING;
          case 'H' -> Stage.READING_HEADER;
          case 'D', 'L' -> Stage.READING_BODY;
          default -> Stage.OTHER;
        };
    int errno = who == 's' ? TIMED_OUT : 0;
    Event event =
        switch (who) {
          case 'S', 'D', 'U' -> byServer(when, http || answered);
          case 's' -> byTimeout(when);
          case 'P' ->
              switch (when) {
                case 'C' -> Event.NO_FILES;
                case 'H' -> Event.INVALID_RESPONSE;
                case 'D' -> Event.BODY_BROKEN;
                case 'Q' -> Event.LIMITED_CONNECTIONS;
                default -> Event.NOT_TRIED;
              };
          case 'R' -> when == 'C' ? Event.NO_LOCAL_PORT : Event.OTHER;
          case 'L' -> Event.NOT_TRIED;
          case '-' -> answered || !http ? Event.ANSWERED : Event.OTHER;
          case 'C', 'c' -> answered ? Event.ANSWERED : Event.OTHER;
          default -> Event.OTHER;
        };
    return new Sense(event, stage, errno);
  }

  private static Event byServer(char when, boolean begun) {
    return switch (when) {
      case 'C' -> Event.CONNECT_FAILED;
      case 'H' -> Event.CLOSED_EARLY;
      case 'D', 'L' -> begun ? Event.BODY_BROKEN : Event.CLOSED_EARLY;
      case 'Q' -> Event.LIMITED_CONNECTIONS;
      default -> Event.OTHER;
    };
  }

  private static Event byTimeout(char when) {
    return switch (when) {
      case 'C' -> Event.CONNECT_TIMEOUT;
      case 'H' -> Event.RESPONSE_TIMEOUT;
      case 'D', 'L' -> Event.BODY_BROKEN;
      case 'Q' -> Event.LIMITED_CONNECTIONS;
      default -> Event.OTHER;
    };
  }

  /** The quoted request line, as the client sent it. */
  private static @Nullable String request(String message) {
    int open = message.indexOf(" \"");
    if (open < 0) {
      return null;
    }
    int close = message.indexOf('"', open + 2);
    String quoted = message.substring(open + 2, close < 0 ? message.length() : close);
    return quoted.startsWith("<BADREQ>") ? null : decoded(quoted);
  }

  private static String decoded(String text) {
    if (text.indexOf('#') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int high = text.charAt(i) == '#' && i + 2 < text.length() ? hex(text.charAt(i + 1)) : -1;
      int low = high < 0 ? -1 : hex(text.charAt(i + 2));
      if (low < 0) {
        out.append(text.charAt(i));
      } else {
        out.append((char) (high * 16 + low));
        i += 2;
      }
    }
    return out.toString();
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
