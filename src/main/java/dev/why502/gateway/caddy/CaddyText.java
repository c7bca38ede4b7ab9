package dev.why502.gateway.caddy;

import dev.why502.gateway.ByteText;
import java.util.List;
import java.util.Set;

/** Words of a Caddyfile as they are shown. */
final class CaddyText {
  private static final String MASK = "***";
  private static final Set<String> HEADER_DIRECTIVES =
      Set.of("header_up", "header_down", "header", "request_header", "env", "set");
  private static final Set<String> SECRET_OPTIONS =
      Set.of("dns", "eab", "acme_dns", "acme_eab", "password", "api_token");

  private CaddyText() {}

  static boolean secretHeader(String name) {
    return ByteText.secretHeader(name.replace('_', '-'));
  }

  /** A directive as it is written, secrets masked, bounded; its block is not shown. */
  static String directive(CaddyDirective directive) {
    StringBuilder out = new StringBuilder(shown(directive.word()));
    directive.matcher().forEach(word -> out.append(' ').append(shown(word)));
    List<CaddyToken> args = directive.args();
    for (int i = 0; i < args.size() && out.length() <= ByteText.MAX_SHOWN; i++) {
      out.append(' ').append(secret(directive, i) ? MASK : withoutUser(shown(args.get(i))));
    }
    if (directive.block()) {
      out.append(" {");
    }
    return ByteText.bounded(out.toString());
  }

  private static boolean secret(CaddyDirective directive, int index) {
    String name = directive.name();
    if (SECRET_OPTIONS.contains(name)) {
      return index > 0;
    }
    if (HEADER_DIRECTIVES.contains(name) && index > 0) {
      String field = directive.arg(0);
      boolean matcher = field.startsWith("@") || field.startsWith("/") || field.equals("*");
      return secretHeader(matcher && index > 1 ? directive.arg(1) : field)
          && !(directive.arg(index).startsWith("{") && directive.arg(index).endsWith("}"));
    }
    // Lines of basic_auth: a user's name and the hash of his password.
    return index == 0 && directive.arg(0).startsWith("$2") && directive.arg(0).length() > 50;
  }

  private static String shown(CaddyToken word) {
    String text = word.written().replaceAll("\\s+", " ");
    return switch (word.quote()) {
      case '"' -> "\"" + text.replace("\"", "\\\"") + "\"";
      case '`' -> "`" + text + "`";
      case '<' -> "<<\"" + text + "\"";
      default -> text;
    };
  }

  /** {@code http://user:password@host}: what stands before the "@" is nobody's business. */
  private static String withoutUser(String text) {
    int scheme = text.indexOf("://");
    int at = scheme < 0 ? -1 : text.indexOf('@', scheme);
    int slash = scheme < 0 ? -1 : text.indexOf('/', scheme + 3);
    boolean user = at > 0 && (slash < 0 || at < slash);
    return user ? text.substring(0, scheme + 3) + MASK + text.substring(at) : text;
  }
}
