package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Pcre;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of nginx's variables for one request. What is not known is null, never guessed. */
final class NginxVariables {
  private static final int MAX_DEPTH = 16;
  static final int MAX_VALUE = 16 * 1024;

  private final NginxConfig config;
  private final NginxRequest request;
  private final NginxServer server;
  private NginxScope scope;
  private String proxyHost = "";
  private String proxyPort = "";
  private String missing = "";
  private int depth;
  private boolean upgrading;

  NginxVariables(NginxConfig config, NginxRequest request, NginxServer server) {
    this.config = config;
    this.request = request;
    this.server = server;
    this.scope = server.scope();
  }

  void at(NginxScope scope) {
    this.scope = scope;
  }

  void proxy(String host, String port) {
    this.proxyHost = host;
    this.proxyPort = port;
  }

  /** The variable because of which the last value was not known. */
  String missing() {
    return missing;
  }

  /** A text with its variables filled in, or null when one of them is not known. */
  @Nullable String text(String written) {
    return text(written, false);
  }

  /** The same; captures are escaped as rewrite does in arguments when asked for. */
  @Nullable String text(String written, boolean escapeCaptures) {
    if (written.indexOf('$') < 0) {
      return written;
    }
    StringBuilder out = new StringBuilder();
    for (Part part : parts(written)) {
      if (!part.variable()) {
        out.append(part.text());
        continue;
      }
      String value = value(part.text());
      if (value == null) {
        return null;
      }
      out.append(
          escapeCaptures && digit(part.text()) && request.quoted
              ? NginxUri.escapedArgs(value)
              : value);
      if (out.length() > MAX_VALUE) {
        missing = "$" + part.text() + " (too long)";
        return null;
      }
    }
    return out.toString();
  }

  /** A literal piece of a text, or the name of a variable. */
  record Part(boolean variable, String text) {}

  static List<Part> parts(String written) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < written.length()) {
      char c = written.charAt(i);
      String name = c == '$' ? nameAt(written, i + 1) : "";
      if (name.isEmpty()) {
        literal.append(c);
        i++;
        continue;
      }
      if (literal.length() > 0) {
        parts.add(new Part(false, literal.toString()));
        literal.setLength(0);
      }
      parts.add(new Part(true, name));
      boolean braces = written.charAt(i + 1) == '{';
      i += 1 + name.length() + (braces ? 2 : 0);
    }
    if (literal.length() > 0) {
      parts.add(new Part(false, literal.toString()));
    }
    return parts;
  }

  private static String nameAt(String written, int from) {
    if (from >= written.length()) {
      return "";
    }
    char first = written.charAt(from);
    if (first >= '1' && first <= '9') {
      return String.valueOf(first);
    }
    boolean braces = first == '{';
    int start = braces ? from + 1 : from;
    int end = start;
    while (end < written.length() && word(written.charAt(end))) {
      end++;
    }
    if (braces && (end >= written.length() || written.charAt(end) != '}')) {
      return "";
    }
    return written.substring(start, end);
  }

  private static boolean word(char c) {
    return c == '_' || alphanumeric(c);
  }

  static boolean alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean digit(String name) {
    return name.length() == 1 && name.charAt(0) >= '1' && name.charAt(0) <= '9';
  }

  /** A text as it would be for a client that begins a WebSocket handshake. */
  @Nullable String withUpgrade(String written) {
    upgrading = true;
    try {
      return text(written);
    } finally {
      upgrading = false;
    }
  }

  @Nullable String value(String written) {
    String name = ByteText.lower(written);
    if (++depth > MAX_DEPTH) {
      depth--;
      missing = "$" + written;
      return null;
    }
    try {
      String value = lookUp(name);
      if (value == null && missing.isEmpty()) {
        missing = "$" + written;
      }
      return value;
    } finally {
      depth--;
    }
  }

  private @Nullable String lookUp(String name) {
    if (depth == 1) {
      missing = "";
    }
    if (digit(name)) {
      int index = name.charAt(0) - '0';
      Pcre.Match match = request.captures;
      return match == null || index >= match.groups().size() ? "" : match.groups().get(index);
    }
    if (request.set.containsKey(name)) {
      return request.set.get(name);
    }
    NginxMap map = config.map(name);
    if (map != null) {
      return mapped(map);
    }
    if (config.computed(name) != null) {
      return null;
    }
    String named = request.named.get(name);
    if (named != null) {
      return named;
    }
    if (upgrading && name.equals("http_upgrade")) {
      return "websocket";
    }
    if (upgrading && name.equals("http_connection")) {
      return "Upgrade";
    }
    if (name.startsWith("http_")) {
      return name.equals("http_host")
          ? request.authority
          : request.headerByVariable(name.substring(5));
    }
    if (name.startsWith("arg_")) {
      return argument(name.substring(4));
    }
    if (name.startsWith("cookie_")) {
      return cookie(name.substring(7));
    }
    return switch (name) {
      case "host" -> request.host.isEmpty() ? server.primaryName() : request.host;
      case "uri", "document_uri" -> request.uri;
      case "request_uri" -> request.unparsedUri;
      case "args", "query_string" -> request.args;
      case "is_args" -> request.args.isEmpty() ? "" : "?";
      case "scheme" -> request.tls ? "https" : "http";
      case "https" -> request.tls ? "on" : "";
      case "request_method" -> request.method;
      case "request" -> request.method + " " + request.unparsedUri + " HTTP/1.1";
      case "server_protocol" -> "HTTP/1.1";
      case "server_name" -> server.primaryName();
      case "server_port" -> request.serverPort > 0 ? String.valueOf(request.serverPort) : null;
      case "server_addr" -> request.serverAddress;
      case "remote_addr", "realip_remote_addr", "proxy_protocol_addr" ->
          name.equals("proxy_protocol_addr") ? "" : request.client;
      case "remote_user" -> request.header("authorization").isEmpty() ? "" : null;
      case "proxy_add_x_forwarded_for" -> forwardedFor();
      case "proxy_host" -> proxyHost;
      case "proxy_port" -> proxyPort;
      case "content_type" -> request.header("content-type");
      case "content_length" -> request.header("content-length");
      case "ssl_server_name" -> request.tls ? request.host : "";
      case "document_root" -> NginxDisk.root(scope);
      case "request_filename" -> NginxDisk.file(scope, request.uri);
      case "dollar" -> null;
      default -> unset(name);
    };
  }

  /** A variable that some "set" names but none has filled is empty; any other is not known. */
  private @Nullable String unset(String name) {
    for (NginxScope each = scope; each != null; each = each.outer()) {
      for (NginxDirective set : each.own("set")) {
        if (ByteText.lower(set.arg(0)).equals("$" + name)) {
          return "";
        }
      }
    }
    return null;
  }

  private @Nullable String mapped(NginxMap map) {
    String source = text(map.source());
    if (source == null) {
      return null;
    }
    NginxMap.Found found = map.find(source);
    if (found.text() == null) {
      return null;
    }
    request.matched(found.captures());
    return text(found.text());
  }

  private @Nullable String forwardedFor() {
    String before = request.header("x-forwarded-for");
    if (request.client == null) {
      return null;
    }
    return before.isEmpty() ? request.client : before + ", " + request.client;
  }

  private String argument(String name) {
    for (String pair : request.args.split("&", 256)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && ByteText.lower(pair.substring(0, equals)).equals(name)) {
        return pair.substring(equals + 1);
      }
    }
    return "";
  }

  private String cookie(String name) {
    for (String pair : request.header("cookie").split(";", 256)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).trim().equalsIgnoreCase(name)) {
        return pair.substring(equals + 1).trim();
      }
    }
    return "";
  }
}
