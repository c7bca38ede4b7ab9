package dev.why502.gateway.caddy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests against matchers (modules/caddyhttp/matchers.go). Three-valued: null where it
 * cannot be told.
 */
final class CaddyMatching {
  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;

  /** The host pattern that the request was last found to fit. */
  private @Nullable String fittedHost;

  CaddyMatching(CaddyRequest request, CaddyPlaceholders placeholders) {
    this.request = request;
    this.placeholders = placeholders;
  }

  @Nullable String fittedHost() {
    return fittedHost;
  }

  /** Whether any of the sets fits; no set at all fits everything. */
  @Nullable Boolean any(List<CaddyNode> sets) {
    boolean unknown = false;
    for (CaddyNode set : sets) {
      Boolean fits = all(set);
      if (Boolean.TRUE.equals(fits)) {
        return true;
      }
      unknown |= fits == null;
    }
    return unknown ? null : (Boolean) sets.isEmpty();
  }

  private @Nullable Boolean all(CaddyNode set) {
    boolean unknown = false;
    for (Map.Entry<String, Object> each : set.members().entrySet()) {
      Boolean fits = one(each.getKey(), each.getValue(), set);
      if (Boolean.FALSE.equals(fits)) {
        return false;
      }
      unknown |= fits == null;
    }
    return unknown ? null : Boolean.TRUE;
  }

  private @Nullable Boolean one(String name, Object value, CaddyNode set) {
    CaddyNode node = value instanceof CaddyNode own ? own : new CaddyNode(null);
    return switch (name) {
      case "host" -> host(set.texts(name));
      case "path" -> new CaddyPathMatch(request, placeholders).any(set.texts(name));
      case "path_regexp" -> regexp(node, CaddyUri.cleaned(request.path, true));
      case "method" -> set.texts(name).contains(request.method);
      case "query" -> query(node);
      case "header" -> header(node);
      case "header_regexp" -> headerRegexp(node);
      case "protocol" -> protocol(set.text(name, ""));
      case "not" -> {
        Boolean fits = any(set.nodes(name));
        yield fits == null ? null : (Boolean) !fits;
      }
      case "remote_ip", "client_ip" -> CaddyRanges.in(node.texts("ranges"), request.client);
      case "file" -> new CaddyFileMatch(request, placeholders).fits(node);
      case "vars" -> variables(node);
      case "expression" -> expression(value);
      default -> null;
    };
  }

  private @Nullable Boolean host(List<String> patterns) {
    boolean unknown = false;
    for (String written : patterns) {
      String pattern = placeholders.text(written);
      if (pattern == null) {
        unknown = true;
      } else if (hostFits(pattern, request.host())) {
        fittedHost = written;
        return true;
      }
    }
    return unknown ? null : Boolean.FALSE;
  }

  static boolean hostFits(String pattern, String host) {
    if (pattern.indexOf('*') < 0) {
      return pattern.equalsIgnoreCase(host);
    }
    String[] wanted = pattern.split("\\.", -1);
    String[] given = host.split("\\.", -1);
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals("*") && !wanted[i].equalsIgnoreCase(given[i])) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Boolean regexp(CaddyNode node, String text) {
    Pattern pattern = CaddyRegexp.compile(node.text("pattern", ""));
    if (pattern == null) {
      return null;
    }
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return false;
    }
    String name = node.text("name");
    for (int i = 0; i <= matcher.groupCount(); i++) {
      String group = matcher.group(i);
      String value = group == null ? "" : group;
      request.found.put("http.regexp." + i, value);
      if (name != null) {
        request.found.put("http.regexp." + name + "." + i, value);
      }
    }
    if (name != null) {
      for (String group : pattern.namedGroups().keySet()) {
        String value = matcher.group(group);
        request.found.put("http.regexp." + name + "." + group, value == null ? "" : value);
      }
    }
    return true;
  }

  /** Every key, one of its values each; {@code *} is any. */
  private @Nullable Boolean query(CaddyNode node) {
    if (node.isEmpty()) {
      return request.query.isEmpty();
    }
    List<String> pairs = List.of(request.query.split("&"));
    for (String key : node.members().keySet()) {
      boolean hit = false;
      for (String pair : pairs) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String text = equals < 0 ? "" : pair.substring(equals + 1).replace('+', ' ');
        String value = CaddyUri.decoded(text);
        for (String wanted : node.texts(key)) {
          String expected = placeholders.text(wanted);
          if (expected == null) {
            return null;
          }
          hit |= name.equals(key) && (expected.equals("*") || expected.equals(value));
        }
      }
      if (!hit) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Boolean header(CaddyNode node) {
    for (Map.Entry<String, Object> each : node.members().entrySet()) {
      String field = each.getKey();
      List<String> values =
          field.equalsIgnoreCase("host") ? List.of(request.authority) : request.values(field);
      if (each.getValue() == CaddyJson.NULL) {
        if (!values.isEmpty()) {
          return false;
        }
        continue;
      }
      List<String> wanted = node.texts(field);
      boolean hit = wanted.isEmpty() && !values.isEmpty();
      for (String written : wanted) {
        String expected = placeholders.text(written);
        if (expected == null) {
          return null;
        }
        hit |= values.stream().anyMatch(value -> valueFits(expected, value));
      }
      if (!hit) {
        return false;
      }
    }
    return true;
  }

  private static boolean valueFits(String wanted, String value) {
    boolean front = wanted.startsWith("*");
    boolean back = wanted.endsWith("*");
    if (wanted.equals("*")) {
      return true;
    }
    if (front && back) {
      return value.contains(wanted.substring(1, wanted.length() - 1));
    }
    if (front) {
      return value.endsWith(wanted.substring(1));
    }
    return back ? value.startsWith(wanted.substring(0, wanted.length() - 1)) : value.equals(wanted);
  }

  private @Nullable Boolean headerRegexp(CaddyNode node) {
    for (String field : node.members().keySet()) {
      CaddyNode pattern = node.node(field);
      boolean hit = false;
      for (String value :
          field.equalsIgnoreCase("host") ? List.of(request.authority) : request.values(field)) {
        Boolean fits = pattern == null ? null : regexp(pattern, value);
        if (fits == null) {
          return null;
        }
        hit |= fits;
      }
      if (!hit) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Boolean protocol(String protocol) {
    return switch (protocol.toLowerCase(Locale.ROOT)) {
      case "http" -> !request.tls;
      case "https" -> request.tls;
      case "grpc" ->
          request.values("Content-Type").stream().anyMatch(v -> v.startsWith("application/grpc"));
      case "http/1.0" -> false;
      default -> null;
    };
  }

  private @Nullable Boolean variables(CaddyNode node) {
    for (String key : node.members().keySet()) {
      String value =
          key.startsWith("{")
              ? placeholders.text(key)
              : placeholders.text("{http.vars." + key + "}");
      if (value == null) {
        return null;
      }
      if (!node.texts(key).contains(value)) {
        return false;
      }
    }
    return true;
  }

  /** Only those that handle_errors makes of statuses are read; others are not known. */
  private @Nullable Boolean expression(Object value) {
    Object text = value instanceof CaddyNode node ? node.get("expr") : value;
    return text instanceof String written ? CaddyStatuses.fits(written, request.errorStatus) : null;
  }
}
