package dev.why502.exporter;

import dev.why502.definition.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of one look set, for its own later hops (RFC 6265, 5). A cookie is sent back to
 * the host that set it and to no other: a look follows one site's redirects, not a browser's life.
 */
final class Cookies {
  private static final int MOST = 50;
  private static final int LONGEST = 4096;

  private final List<Cookie> kept = new ArrayList<>();

  private record Cookie(String name, String value, String host, String path, boolean secure) {}

  /** A value of Set-Cookie. */
  void set(Target from, String header) {
    if (header.length() > LONGEST) {
      return;
    }
    String[] parts = header.split(";");
    int equals = parts[0].indexOf('=');
    if (equals < 1) {
      return;
    }
    String name = parts[0].substring(0, equals).strip();
    String path = "/";
    boolean secure = false;
    boolean dead = false;
    for (int i = 1; i < parts.length; i++) {
      String[] attribute = parts[i].strip().split("=", 2);
      String value = attribute.length == 2 ? attribute[1].strip() : "";
      switch (attribute[0].toLowerCase(Locale.ROOT)) {
        case "path" -> path = value.startsWith("/") ? value : "/";
        case "secure" -> secure = true;
        case "max-age" -> dead = value.equals("0") || value.startsWith("-");
        default -> {}
      }
    }
    String host = from.endpoint().host();
    String where = path;
    kept.removeIf(
        one -> one.name().equals(name) && one.host().equals(host) && one.path().equals(where));
    if (!dead && kept.size() < MOST) {
      kept.add(new Cookie(name, parts[0].substring(equals + 1).strip(), host, path, secure));
    }
  }

  /** The header's value for a target, or null where there is nothing to send. */
  @Nullable String header(Target to) {
    StringBuilder out = new StringBuilder();
    for (Cookie one : kept) {
      if (one.host().equals(to.endpoint().host())
          && (!one.secure() || to.scheme().tls())
          && below(to.path(), one.path())) {
        out.append(out.length() == 0 ? "" : "; ").append(one.name()).append('=');
        out.append(one.value());
      }
    }
    return out.length() == 0 ? null : out.toString();
  }

  private static boolean below(String path, String root) {
    return path.startsWith(root)
        && (root.endsWith("/")
            || path.length() == root.length()
            || "/?".indexOf(path.charAt(root.length())) >= 0);
  }
}
