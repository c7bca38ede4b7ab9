package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Caddy's Caddyfile; its JSON is written by programs, and only pointed at. */
final class CaddyDialect implements Dialect {
  private static final String STANDARD = "/etc/caddy/Caddyfile";

  /** Settings of a transport with which Caddy, which verifies, trusts the service's certificate. */
  private final List<String> trust;

  CaddyDialect(List<String> trust) {
    this.trust = List.copyOf(trust);
  }

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
    return tls ? encrypted(pass, line) : plain(pass, line);
  }

  private @Nullable Change encrypted(Route.Pass pass, Place line) {
    String text = line.text();
    boolean written = text.contains("http://");
    Change change =
        written ? Change.replace(line, text, text.replace("http://", "https://")) : null;
    List<String> settings = new ArrayList<>(trust);
    if (!written) {
      settings.add(0, "tls");
    }
    if (settings.isEmpty()) {
      return change;
    }
    Place transport = pass.beside().get("transport");
    if (transport != null) {
      Change added = new Change(List.of(new Change.Edit(transport, "", settings)));
      return change == null ? added : change.and(added);
    }
    List<String> lines = transport(settings);
    if (pass.place().text().endsWith("{")) {
      Change added = new Change(List.of(new Change.Edit(pass.place(), "", lines)));
      return change == null ? added : change.and(added);
    }
    return change == null
        ? Change.block(pass.place(), lines)
        : Change.block(pass.place(), text.replace("http://", "https://"), lines);
  }

  /** Caddy refuses a transport with TLS to http:// addresses. */
  private static @Nullable Change plain(Route.Pass pass, Place line) {
    List<Change.Edit> edits = new ArrayList<>();
    String text = line.text();
    if (text.contains("https://")) {
      edits.add(new Change.Edit(line, text, List.of(text.replace("https://", "http://"))));
    }
    for (Map.Entry<String, Place> each : pass.beside().entrySet()) {
      if (each.getKey().startsWith("tls")) {
        if (each.getValue().text().endsWith("{")) {
          return null;
        }
        edits.add(new Change.Edit(each.getValue(), each.getValue().text(), List.of("")));
      }
    }
    return edits.isEmpty() ? null : new Change(edits);
  }

  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    Place there = pass.beside().get("header_up host");
    String line = "header_up Host " + (clients ? "{http.request.host}" : host);
    return set(pass, there, List.of(line));
  }

  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    String line = "tls_server_name " + name;
    Place there = pass.beside().get("tls_server_name");
    Place transport = pass.beside().get("transport");
    if (there != null) {
      return Change.replace(there, there.text(), line);
    }
    return transport != null
        ? Change.add(transport, line)
        : set(pass, null, transport(List.of("tls", line)));
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    return setting(pass, "response_header_timeout", Dialect.seconds(seconds));
  }

  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    return setting(pass, "max_response_header", Dialect.roomFor(bytes) / 1024 + "KiB");
  }

  /** Without the line there is no such limit, or one far off. */
  private static @Nullable Change setting(Route.Pass pass, String name, String value) {
    Place there = pass.beside().get(name);
    return there == null ? null : Change.replace(there, there.text(), name + " " + value);
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
    List<Change.Edit> edits = new ArrayList<>();
    for (String field : List.of("header_up upgrade", "header_up connection")) {
      Place there = pass.beside().get(field);
      if (there != null) {
        edits.add(new Change.Edit(there, there.text(), List.of("")));
      }
    }
    return edits.isEmpty() ? null : new Change(edits);
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

  private static List<String> transport(List<String> settings) {
    List<String> lines = new ArrayList<>(List.of("transport http {"));
    settings.forEach(setting -> lines.add("    " + setting));
    lines.add("}");
    return lines;
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
