package dev.why502.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.why502.definition.Request.Header;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A request as it goes on the wire (RFC 9112, 3). */
final class RequestBytes {
  static final String USER_AGENT = "why502/" + version();

  private RequestBytes() {}

  /**
   * @param httpVersion "1.0" or "1.1"
   * @param webSocketKey key of a WebSocket handshake, or null
   * @param keepAlive whether another request is to follow on the connection
   */
  static Buffer of(Hop hop, String httpVersion, @Nullable String webSocketKey, boolean keepAlive) {
    StringBuilder text = new StringBuilder(256);
    text.append(hop.method())
        .append(' ')
        .append(encodedPath(hop.target().path()))
        .append(" HTTP/")
        .append(httpVersion)
        .append("\r\n");
    byte[] body = body(hop);
    for (Header header : headers(hop, body, webSocketKey, keepAlive)) {
      text.append(clean(header.name())).append(": ").append(clean(header.value())).append("\r\n");
    }
    return Buffer.buffer(text.append("\r\n").toString().getBytes(UTF_8)).appendBytes(body);
  }

  static byte[] body(Hop hop) {
    return hop.body() == null ? new byte[0] : hop.body().getBytes(UTF_8);
  }

  /** Ours first, each unless a declared one of that name stands in its place. */
  static List<Header> headers(
      Hop hop, byte[] body, @Nullable String webSocketKey, boolean keepAlive) {
    List<Header> headers = new ArrayList<>();
    List<Header> declared = hop.headers();
    add(headers, declared, "Host", hop.target().authority());
    add(headers, declared, "User-Agent", USER_AGENT);
    add(headers, declared, "Accept", "*/*");
    add(headers, declared, "Accept-Encoding", "identity");
    if (webSocketKey != null) {
      add(headers, declared, "Connection", "Upgrade");
      add(headers, declared, "Upgrade", "websocket");
      add(headers, declared, "Sec-WebSocket-Version", "13");
      headers.add(new Header("Sec-WebSocket-Key", webSocketKey));
    } else {
      add(headers, declared, "Connection", keepAlive ? "keep-alive" : "close");
    }
    if (body.length > 0 || carriesBody(hop.method())) {
      add(headers, declared, "Content-Length", Integer.toString(body.length));
    }
    for (Header header : declared) {
      boolean dropped = header.name().equalsIgnoreCase("User-Agent") && header.value().isEmpty();
      boolean ours = webSocketKey != null && header.name().equalsIgnoreCase("Sec-WebSocket-Key");
      if (!dropped && !ours) {
        headers.add(header);
      }
    }
    return headers;
  }

  private static void add(List<Header> headers, List<Header> declared, String name, String value) {
    for (Header header : declared) {
      if (header.name().equalsIgnoreCase(name)) {
        return;
      }
    }
    headers.add(new Header(name, value));
  }

  private static boolean carriesBody(String method) {
    return switch (method) {
      case "POST", "PUT", "PATCH" -> true;
      default -> false;
    };
  }

  /** A request target may hold no blank, no control and no byte beyond ASCII (RFC 3986). */
  static String encodedPath(String path) {
    boolean plain = true;
    for (int i = 0; i < path.length() && plain; i++) {
      plain = path.charAt(i) > ' ' && path.charAt(i) < 0x7f;
    }
    if (plain) {
      return path.isEmpty() ? "/" : path;
    }
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(UTF_8)) {
      if (b > ' ' && b < 0x7f) {
        encoded.append((char) b);
      } else {
        encoded.append('%');
        encoded.append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)));
        encoded.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return encoded.toString();
  }

  /** Nobody smuggles a line into a request by a declared value. */
  private static String clean(String value) {
    return value.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
  }

  private static String version() {
    try (InputStream in = RequestBytes.class.getResourceAsStream("/why502.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
