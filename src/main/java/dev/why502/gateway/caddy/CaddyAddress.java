package dev.why502.gateway.caddy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A site's address: {@code [scheme://]host[:port][/path]} (caddyconfig/httpcaddyfile/addresses.go).
 *
 * @param host lower case, "" for every host
 * @param port "" where none is written
 */
record CaddyAddress(
    String text, String scheme, String host, String port, String path, @Nullable String fault) {

  /** Host and port, without brackets. */
  record HostPort(String host, String port) {
    static HostPort split(String text) {
      int close = text.lastIndexOf(']');
      int colon = text.lastIndexOf(':');
      boolean bracketed = text.startsWith("[") && close > 0;
      // Placeholders such as "{env.X:y}" hold colons too.
      boolean port = colon > close && colon > text.lastIndexOf('}');
      if (!bracketed && port && text.indexOf(':') != colon && text.indexOf('{') < 0) {
        return new HostPort(text, "");
      }
      String host = port ? text.substring(0, colon) : text;
      if (!port && text.indexOf("}:") >= 0) {
        int cut = text.indexOf("}:") + 1;
        return new HostPort(text.substring(0, cut), text.substring(cut + 1));
      }
      if (bracketed) {
        host = text.substring(1, close);
      }
      return new HostPort(host, port ? text.substring(colon + 1) : "");
    }
  }

  static CaddyAddress parse(String written) {
    String text = written.strip();
    String rest = text;
    String scheme = "";
    int mark = rest.indexOf("://");
    if (mark >= 0) {
      scheme = rest.substring(0, mark).toLowerCase(Locale.ROOT);
      rest = rest.substring(mark + 3);
    }
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "" : rest.substring(slash);
    HostPort parts = HostPort.split(slash < 0 ? rest : rest.substring(0, slash));
    String fault = null;
    if (!parts.port().isEmpty() && !parts.port().contains("{")) {
      long port = CaddyUnits.number(parts.port(), -1);
      if (port < 0) {
        fault = "invalid port '" + parts.port() + "'";
      } else if (port > 65_535) {
        fault = "port " + port + " is out of range";
      }
    }
    return new CaddyAddress(text, scheme, lower(parts.host()), parts.port(), path, fault);
  }

  /** Lower case outside of placeholders. */
  private static String lower(String host) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      inside = c == '{' || (inside && c != '}');
      out.append(inside ? c : Character.toLowerCase(c));
    }
    return out.toString();
  }

  /** How many characters of a name say something: wildcards and placeholders do not. */
  static int specificity(String name) {
    int length = 0;
    boolean inside = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      inside |= c == '{';
      length += inside || c == '*' ? 0 : 1;
      inside &= c != '}';
    }
    return length;
  }
}
