package dev.why502.conf;

import dev.why502.definition.Endpoint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code host:port}, {@code [::1]:port} and {@code unix:/path}. */
final class EndpointText {
  private static final int LARGEST_PORT = 65_535;

  private EndpointText() {}

  static Parsed<Endpoint> parse(String text) {
    if (text.startsWith("unix:")) {
      return socket(text.substring("unix:".length())).then(path -> Parsed.of(Endpoint.unix(path)));
    }
    return hostAndPort(text);
  }

  static Parsed<Endpoint> hostAndPort(String text) {
    if (text.contains("://")) {
      return Parsed.not("is not \"host:port\" but a URL");
    }
    return hostAndPort(text, -1);
  }

  /** With a port of its own or, unless negative, the default. */
  static Parsed<Endpoint> hostAndPort(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    if (colon < text.lastIndexOf(']')) {
      colon = -1;
    }
    String host = colon < 0 ? text : text.substring(0, colon);
    // "http://host:/" is allowed (RFC 3986, 3.2.3).
    String port = colon < 0 ? "" : text.substring(colon + 1);
    Parsed<String> name = HostText.parse(host);
    if (name.value() == null) {
      return Parsed.not(String.valueOf(name.problem()));
    }
    if (port.isEmpty() && defaultPort > 0) {
      return Parsed.of(Endpoint.of(name.value(), defaultPort));
    }
    if (port.isEmpty()) {
      return Parsed.not("needs a port, such as \"127.0.0.1:8000\"");
    }
    Integer number = port(port);
    return number == null
        ? Parsed.not("has a port that is not a number from 1 to " + LARGEST_PORT)
        : Parsed.of(Endpoint.of(name.value(), number));
  }

  static @Nullable Integer port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= LARGEST_PORT ? port : null;
  }

  /** Path of a unix domain socket, as the kernel takes it. */
  static Parsed<String> socket(String path) {
    // "unix:///run/app.sock" is the same path, as container tools write it.
    String plain = path.startsWith("///") ? path.substring(2) : path;
    if (!plain.startsWith("/") || plain.startsWith("//") || plain.length() == 1) {
      return Parsed.not("needs the absolute path of a socket, such as unix:/run/app.sock");
    }
    if (plain.chars().anyMatch(Character::isISOControl)) {
      return Parsed.not("has a control character in it");
    }
    return plain.getBytes(StandardCharsets.UTF_8).length > Limits.SOCKET_PATH_BYTES
        ? Parsed.not(
            "has a socket path of more than " + Limits.SOCKET_PATH_BYTES + " bytes (unix(7))")
        : Parsed.of(plain);
  }
}
