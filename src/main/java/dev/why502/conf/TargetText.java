package dev.why502.conf;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Targets as people write them: {@code http}, {@code https}, {@code ws} and {@code wss} URLs (RFC
 * 3986), {@code tcp://host:port}, {@code tls://host:port}, {@code unix:/path} and {@code
 * unix:/path:/uri}.
 *
 * <p>A host name is translated to ASCII (IDNA), a path that is left out is "/", a fragment is
 * dropped since it is never sent, a query is kept as written. User information is refused: it would
 * be shown wherever the target is.
 */
public final class TargetText {
  private TargetText() {}

  /** The target, or why the text is none; the reason does not repeat the text. */
  public static Parsed<Target> parse(String text) {
    if (text.length() > Limits.TARGET_CHARACTERS) {
      return Parsed.not("is longer than " + Limits.TARGET_CHARACTERS + " characters");
    }
    if (text.chars().anyMatch(TargetText::isForbidden)) {
      return Parsed.not("has a space or a control character in it; write %20 for a space");
    }
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    return switch (scheme) {
      case "unix" -> socket(rest, text);
      case "http" -> url(Scheme.HTTP, rest, text);
      case "https" -> url(Scheme.HTTPS, rest, text);
      case "ws" -> url(Scheme.WS, rest, text);
      case "wss" -> url(Scheme.WSS, rest, text);
      case "tcp" -> url(Scheme.TCP, rest, text);
      case "tls" -> url(Scheme.TLS, rest, text);
      default ->
          Parsed.not("must begin with http://, https://, ws://, wss://, tcp://, tls:// or unix:/");
    };
  }

  private static Parsed<Target> url(Scheme scheme, String rest, String text) {
    if (!rest.startsWith("//")) {
      return Parsed.not("needs \"//\" after its scheme");
    }
    int end = 2;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(2, end);
    if (authority.indexOf('@') >= 0) {
      return Parsed.not(
          "holds a user name or password, which would be shown with it;"
              + " put them into an Authorization header under \"request\"");
    }
    Parsed<Endpoint> endpoint = EndpointText.hostAndPort(authority, scheme.defaultPort());
    String path = path(rest.substring(end));
    if (!scheme.http() && !path.equals("/")) {
      return Parsed.not("has a path, which a tcp or tls target cannot have");
    }
    return endpoint.then(at -> Parsed.of(new Target(scheme, at, scheme.http() ? path : "", text)));
  }

  private static Parsed<Target> socket(String rest, String text) {
    int uri = rest.indexOf(":/");
    // nginx also takes "unix:/run/app.sock:", with nothing behind the colon.
    int end = uri >= 0 ? uri : rest.endsWith(":") ? rest.length() - 1 : rest.length();
    String path = path(uri >= 0 ? rest.substring(uri + 1) : "");
    return EndpointText.socket(rest.substring(0, end))
        .then(socket -> Parsed.of(new Target(Scheme.UNIX, Endpoint.unix(socket), path, text)));
  }

  /** The request target: path and query, with everything beyond ASCII as percent-encoded UTF-8. */
  private static String path(String text) {
    int fragment = text.indexOf('#');
    String kept = fragment < 0 ? text : text.substring(0, fragment);
    StringBuilder out = new StringBuilder(kept.startsWith("/") ? "" : "/");
    for (byte b : kept.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0) {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }

  private static boolean isForbidden(int c) {
    return Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
