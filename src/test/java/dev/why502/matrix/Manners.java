package dev.why502.matrix;

import dev.why502.matrix.Backend.Manner;
import dev.why502.matrix.Connection.Asked;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Function;

/** What a service may do with a connection. */
final class Manners {
  private static final String ITEMS = "{\"items\":[1,2,3]}";

  private Manners() {}

  static String answer(int status, String body, String... headers) {
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(" Said\r\n");
    text.append("Server: app/1\r\nContent-Type: application/json\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    text.append("Content-Length: ").append(body.length()).append("\r\nConnection: close\r\n\r\n");
    return text.append(body).toString();
  }

  static String items() {
    return answer(200, ITEMS);
  }

  /** Answers each request by what was asked, one on a connection. */
  static Manner by(Function<Asked, String> answers) {
    return connection -> {
      Asked asked = connection.next();
      if (asked != null) {
        connection.send(
            asked.method().isEmpty()
                ? answer(400, "{\"detail\":\"Bad Request\"}")
                : answers.apply(asked));
      }
    };
  }

  /** Has what lies below {@code /api/} and {@code /well/}, and a page at its root. */
  static Manner well() {
    return by(
        asked ->
            asked.path().startsWith("/api/") || asked.path().startsWith("/well/")
                ? items()
                : answer(404, "{\"detail\":\"Not Found\"}"));
  }

  /** The same, and hangs up without a word on what is no request. */
  static Manner strict() {
    return connection -> {
      Asked asked = connection.next();
      if (asked != null && !asked.method().isEmpty()) {
        connection.send(items());
      }
    };
  }

  static Manner always(int status) {
    return by(asked -> answer(status, "{\"detail\":\"said by the service\"}"));
  }

  static Manner later(long millis, Manner then) {
    return connection -> {
      if (connection.pause(millis)) {
        then.meet(connection);
      }
    };
  }

  static Manner hang() {
    return Connection::hold;
  }

  static Manner resetAtOnce() {
    return Connection::reset;
  }

  static Manner closeAfterRequest() {
    return Connection::next;
  }

  static Manner resetAfterRequest() {
    return connection -> {
      connection.next();
      connection.reset();
    };
  }

  /** Says this, whatever was asked, and hangs up. */
  static Manner say(String text) {
    return connection -> {
      connection.next();
      connection.send(text);
    };
  }

  /** Says this before anything is asked, and waits. */
  static Manner greet(String text) {
    return connection -> {
      connection.send(text);
      connection.in().readNBytes(4096);
    };
  }

  /** Announces a longer body than it sends. */
  static Manner breakOff(boolean stalls) {
    return connection -> {
      connection.next();
      connection.send(
          "HTTP/1.1 200 OK\r\nServer: app/1\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100000\r\n\r\n"
              + "{\"items\":[");
      if (stalls) {
        connection.hold();
      } else {
        connection.pause(50);
      }
    };
  }

  /** Answers well once on each connection, and drops it when it is used again. */
  static Manner once() {
    return connection -> {
      Asked asked = connection.next();
      if (asked == null) {
        return;
      }
      connection.send(items().replace("Connection: close\r\n", ""));
      if (connection.next() != null) {
        connection.reset();
      }
    };
  }

  /** Switches to a WebSocket where it is asked to, and closes it at once. */
  static Manner webSocket() {
    return connection -> {
      Asked asked = connection.next();
      if (asked == null) {
        return;
      }
      if (!asked.header("upgrade").equalsIgnoreCase("websocket")) {
        connection.send(answer(426, "Upgrade Required", "Upgrade: websocket"));
        return;
      }
      connection.send(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accepted(asked.header("sec-websocket-key"))
              + "\r\n\r\n");
      connection.in().readNBytes(1);
    };
  }

  /** RFC 6455, 4.2.2. */
  private static String accepted(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
