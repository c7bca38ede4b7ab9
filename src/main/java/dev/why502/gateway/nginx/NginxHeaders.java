package dev.why502.gateway.nginx;

import dev.why502.definition.Request.Header;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers that a pass sets or drops. */
final class NginxHeaders {
  private static final String MASK = "***";

  /** What proxy_pass drops of the client's headers by itself. */
  private static final List<String> DROPPED = List.of("TE", "Keep-Alive", "Expect", "Upgrade");

  private final String family;
  private final NginxScope scope;
  private final NginxRequest request;
  private final NginxVariables variables;
  private final RouteDraft draft;
  private final Map<String, NginxDirective> written = new LinkedHashMap<>();

  NginxHeaders(
      NginxScope scope,
      String family,
      NginxRequest request,
      NginxVariables variables,
      RouteDraft draft) {
    this.scope = scope;
    this.family = family;
    this.request = request;
    this.variables = variables;
    this.draft = draft;
    for (NginxDirective set : scope.nearest(family + "_set_header")) {
      if (set.args().size() == 2) {
        written.putIfAbsent(ByteText.lower(set.arg(0)), set);
      }
    }
  }

  @Nullable String host() {
    if (family.equals("fastcgi") || family.equals("uwsgi") || family.equals("scgi")) {
      return request.authority;
    }
    NginxDirective set = written.get("host");
    if (set == null) {
      return variables.value("proxy_host");
    }
    String value = variables.text(set.arg(1));
    if (value == null) {
      draft.unknown(
          variables.missing() + " is not known (" + set.where() + ": " + set.text() + ")");
    }
    return value;
  }

  /** Every one but Host. */
  List<Header> all() {
    List<Header> all = new ArrayList<>();
    for (NginxDirective set : written.values()) {
      String name = ByteText.shown(set.arg(0));
      String value = variables.text(set.arg(1));
      if (name.equalsIgnoreCase("host") || value == null) {
        continue;
      }
      boolean secret = ByteText.secretHeader(name) && !value.isEmpty();
      all.add(new Header(name, secret ? MASK : ByteText.shown(value)));
    }
    if (family.equals("proxy")) {
      if (!written.containsKey("connection")) {
        all.add(new Header("Connection", "close"));
      }
      for (String name : DROPPED) {
        if (!written.containsKey(ByteText.lower(name)) && !request.header(name).isEmpty()) {
          all.add(new Header(name, ""));
        }
      }
    }
    dropInvalid(all);
    return all;
  }

  /** Names that nginx takes for invalid, underscores among them, go no further. */
  private void dropInvalid(List<Header> all) {
    boolean underscores = scope.on("underscores_in_headers");
    boolean ignoreInvalid =
        !ByteText.lower(scope.value("ignore_invalid_headers", "on")).equals("off");
    for (Header header : request.headers) {
      if (ignoreInvalid && !valid(header.name(), underscores)) {
        all.add(new Header(header.name(), ""));
      }
    }
  }

  static boolean valid(String name, boolean underscores) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = c == '-' || NginxVariables.alphanumeric(c);
      if (!plain && !(c == '_' && underscores)) {
        return false;
      }
    }
    return true;
  }

  /** Whether "Connection: close" is sent, which ends keep-alive. */
  boolean closes() {
    NginxDirective connection = written.get("connection");
    if (connection == null) {
      return true;
    }
    String value = variables.text(connection.arg(1));
    return value == null || ByteText.lower(value).contains("close");
  }

  /** Whether a WebSocket handshake of a client would pass. */
  boolean upgrades() {
    NginxDirective upgrade = written.get("upgrade");
    NginxDirective connection = written.get("connection");
    if (upgrade == null || connection == null) {
      return false;
    }
    String one = variables.withUpgrade(upgrade.arg(1));
    String other = variables.withUpgrade(connection.arg(1));
    return one != null
        && !one.isEmpty()
        && other != null
        && ByteText.lower(other).contains("upgrade");
  }
}
