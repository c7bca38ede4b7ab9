package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Caddy's Caddyfile; its JSON is written by programs, and only pointed at. */
final class CaddyDialect implements Dialect {
  private static final String STANDARD = "/etc/caddy/Caddyfile";

  @Override
  public List<String> reload(@Nullable String config) {
    String file = config == null ? STANDARD : config;
    String name = file.substring(file.lastIndexOf('/') + 1);
    boolean told = name.startsWith("Caddyfile") || name.endsWith(".json");
    String arguments = "--config " + Quote.shell(file) + (told ? "" : " --adapter caddyfile");
    return List.of("caddy validate " + arguments, "caddy reload --force " + arguments);
  }

  @Override
  public @Nullable Change scheme(Route.Pass pass, boolean tls) {
    Place line = Dialect.onlyLine(pass);
    if (line == null || json(line)) {
      return null;
    }
    String from = tls ? "http://" : "https://";
    String to = tls ? "https://" : "http://";
    if (line.text().contains(from)) {
      return Change.replace(line, from, to);
    }
    Route.Peer peer = pass.peers().get(0);
    String written =
        peer.name() != null ? peer.name() + ":" + peer.port() : String.valueOf(peer.address());
    return tls && line.text().contains(" " + written)
        ? Change.replace(line, " " + written, " https://" + written)
        : null;
  }

  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    Place there = pass.beside().get("header_up host");
    String line = "header_up Host " + (clients ? "{http.request.host}" : host);
    return set(pass, there, List.of(line));
  }

  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    Place there = pass.beside().get("transport");
    return there != null
        ? null
        : set(
            pass, null, List.of("transport http {", "    tls", "    tls_server_name " + name, "}"));
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    Place there = pass.beside().get("response_header_timeout");
    if (there != null) {
      return Change.replace(
          there, there.text(), "response_header_timeout " + Dialect.seconds(seconds));
    }
    return null;
  }

  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    return null;
  }

  @Override
  public @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes) {
    String text = limit.place().text();
    if (json(limit.place()) || !text.startsWith("max_size")) {
      return null;
    }
    long megabytes = (bytes * 2 + 999_999) / 1_000_000;
    return Change.replace(
        limit.place(), text, String.format(Locale.ROOT, "max_size %dMB", megabytes));
  }

  @Override
  public @Nullable Change upgrade(Route.Pass pass) {
    return null;
  }

  @Override
  public @Nullable Change path(Route.Pass pass, String sent, String right, String asked) {
    Place handle = pass.beside().get("handle_path");
    if (handle != null && right.equals(asked)) {
      return Change.replace(handle, "handle_path", "handle");
    }
    for (String rule : List.of("uri strip_prefix", "uri replace", "rewrite")) {
      Place there = pass.beside().get(rule);
      if (there != null && right.equals(asked)) {
        return Change.replace(there, there.text(), "");
      }
    }
    Place plain = pass.beside().get("handle");
    if (plain != null && sent.equals(asked) && sent.endsWith(right)) {
      String prefix = sent.substring(0, sent.length() - right.length());
      if (plain.text().contains(prefix + "/*") || plain.text().contains(prefix + "*")) {
        return Change.replace(plain, "handle ", "handle_path ");
      }
    }
    return null;
  }

  @Override
  public @Nullable Change use(Route.Peer peer) {
    return null;
  }

  @Override
  public @Nullable Change check(Route.Peer peer, String path) {
    Route.Check check = peer.check();
    return check != null && check.uri() != null && check.place().text().contains(check.uri())
        ? Change.replace(check.place(), check.uri(), path)
        : null;
  }

  private static boolean json(Place place) {
    return place.file().endsWith(".json") || place.text().startsWith("\"");
  }

  /** Into the block of reverse_proxy, which a line without one gets. */
  private static @Nullable Change set(Route.Pass pass, @Nullable Place there, List<String> lines) {
    if (json(pass.place())) {
      return null;
    }
    if (there != null && !there.text().isEmpty()) {
      return new Change(List.of(new Change.Edit(there, there.text(), lines)));
    }
    return pass.place().text().endsWith("{")
        ? new Change(List.of(new Change.Edit(pass.place(), "", lines)))
        : Change.block(pass.place(), lines);
  }

  @Override
  public List<String> headerRules() {
    return List.of("header_up -", "header_up ");
  }
}
