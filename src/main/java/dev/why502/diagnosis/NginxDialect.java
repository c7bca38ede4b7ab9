package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** nginx (ngx_http_proxy_module). */
final class NginxDialect implements Dialect {
  private static final String STANDARD = "/etc/nginx/nginx.conf";
  private static final String SET_HEADER = "proxy_set_header ";

  @Override
  public List<String> reload(@Nullable String config) {
    if (config == null || config.equals(STANDARD)) {
      return List.of("nginx -t", "systemctl reload nginx");
    }
    String file = Quote.shell(config);
    return List.of("nginx -t -c " + file, "nginx -s reload -c " + file);
  }

  @Override
  public @Nullable Change scheme(Route.Pass pass, boolean tls) {
    return pass.place().text().contains(tls ? "http://" : "https://")
        ? Change.replace(pass.place(), tls ? "http://" : "https://", tls ? "https://" : "http://")
        : null;
  }

  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    return set(pass, List.of(SET_HEADER + "Host " + (clients ? "$host" : host) + ";"));
  }

  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    return set(pass, List.of("proxy_ssl_server_name on;", "proxy_ssl_name " + name + ";"));
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    return set(pass, List.of("proxy_read_timeout " + Dialect.seconds(seconds) + ";"));
  }

  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    int wanted = Dialect.roomFor(bytes);
    String size = Dialect.kibibytes(wanted);
    return set(
        pass,
        List.of(
            "proxy_buffer_size " + size + ";",
            "proxy_buffers 8 " + size + ";",
            "proxy_busy_buffers_size " + Dialect.kibibytes(2L * wanted) + ";"));
  }

  @Override
  public @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes) {
    String line = "client_max_body_size " + Dialect.kibibytes(bytes * 2) + ";";
    if (limit.place().text().startsWith("client_max_body_size")) {
      return Change.replace(limit.place(), limit.place().text(), line);
    }
    return pass == null ? null : set(pass, List.of(line));
  }

  @Override
  public @Nullable Change upgrade(Route.Pass pass) {
    return set(
        pass,
        List.of(
            "proxy_http_version 1.1;",
            SET_HEADER + "Upgrade $http_upgrade;",
            SET_HEADER + "Connection \"upgrade\";"));
  }

  /** With a path in proxy_pass nginx replaces the location's prefix; without one it keeps it. */
  @Override
  public @Nullable Change path(Route.Pass pass, String sent, String right, String asked) {
    String text = pass.place().text();
    int scheme = text.indexOf("://");
    if (scheme < 0 || text.indexOf('$') >= 0) {
      return null;
    }
    int slash = text.indexOf('/', scheme + 3);
    int end = text.indexOf(';');
    if (right.equals(asked) && slash > 0 && end > slash) {
      return Change.replace(pass.place(), text.substring(slash, end) + ";", ";");
    }
    if (sent.equals(asked) && sent.endsWith(right) && slash < 0 && end > 0) {
      return Change.replace(pass.place(), ";", "/;");
    }
    return null;
  }

  @Override
  public @Nullable Change use(Route.Peer peer) {
    return peer.place().text().contains(" down") ? Change.replace(peer.place(), " down", "") : null;
  }

  @Override
  public @Nullable Change check(Route.Peer peer, String path) {
    return null;
  }

  /**
   * Sets directives beside the pass line: what stands there is replaced, what does not is added.
   * The first header that is set on a level hides all that were inherited, so these go along.
   */
  private static Change set(Route.Pass pass, List<String> lines) {
    List<Change.Edit> edits = new ArrayList<>();
    List<String> added = new ArrayList<>();
    boolean headers = false;
    for (String line : lines) {
      Place there = pass.beside().get(key(line));
      if (there != null && !there.text().isEmpty()) {
        edits.add(new Change.Edit(there, there.text(), List.of(line)));
      } else {
        headers |= line.startsWith(SET_HEADER);
        added.add(line);
      }
    }
    if (headers) {
      List<String> names = lines.stream().map(NginxDialect::key).toList();
      for (Map.Entry<String, Place> each : pass.beside().entrySet()) {
        String name = each.getKey();
        if (name.startsWith("inherited " + SET_HEADER)
            && !names.contains(name.substring("inherited ".length()))) {
          added.add(each.getValue().text());
        }
      }
    }
    if (!added.isEmpty()) {
      edits.add(new Change.Edit(pass.place(), "", added));
    }
    return new Change(edits);
  }

  private static String key(String line) {
    String[] words = line.split("[ ;]", 3);
    String name = words[0].toLowerCase(Locale.ROOT);
    return line.startsWith(SET_HEADER) ? name + " " + words[1].toLowerCase(Locale.ROOT) : name;
  }

  @Override
  public List<String> headerRules() {
    return List.of("proxy_set_header ");
  }
}
