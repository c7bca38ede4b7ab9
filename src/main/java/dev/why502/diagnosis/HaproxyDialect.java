package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HAProxy: rules of a backend stand beside its server lines, in any order. */
final class HaproxyDialect implements Dialect {
  private static final String STANDARD = "/etc/haproxy/haproxy.cfg";

  @Override
  public List<String> reload(@Nullable String config) {
    return List.of(
        "haproxy -c -f " + Quote.shell(config == null ? STANDARD : config),
        "systemctl reload haproxy");
  }

  /** Without a certificate authority there is nothing to verify by: the owner adds ca-file. */
  @Override
  public @Nullable Change scheme(Route.Pass pass, boolean tls) {
    Place line = Dialect.onlyLine(pass);
    if (line == null) {
      return null;
    }
    if (tls) {
      return Change.append(line, " ssl verify none");
    }
    return line.text().contains(" ssl ") || line.text().endsWith(" ssl")
        ? Change.replace(line, " ssl", "")
        : null;
  }

  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    return set(pass, "http-request set-header host", "http-request set-header Host " + host);
  }

  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    Place line = Dialect.onlyLine(pass);
    if (line == null) {
      return null;
    }
    int sni = line.text().indexOf(" sni ");
    if (sni < 0) {
      return Change.append(line, " sni str(" + name + ")");
    }
    String old = line.text().substring(sni, Dialect.wordEnd(line.text(), sni + " sni ".length()));
    return Change.replace(line, old, " sni str(" + name + ")");
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    return set(pass, "timeout server", "timeout server " + Dialect.seconds(seconds));
  }

  /** The buffer is one of the whole process and takes requests and answers alike. */
  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    Place there = pass.beside().get("tune.bufsize");
    String line = "tune.bufsize " + Math.max(16_384, Dialect.roomFor(bytes + 1024));
    if (there != null) {
      return Change.replace(there, there.text(), line);
    }
    Place global = pass.beside().get("global");
    return global == null ? null : Change.add(global, line);
  }

  @Override
  public @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes) {
    return null;
  }

  @Override
  public @Nullable Change upgrade(Route.Pass pass) {
    return null;
  }

  @Override
  public @Nullable Change path(Route.Pass pass, String sent, String right, String asked) {
    for (String rule : List.of("http-request replace-path", "http-request set-path")) {
      Place there = pass.beside().get(rule);
      if (there != null && right.equals(asked)) {
        // It asks as the client asks once nothing rewrites the path.
        return Change.replace(there, there.text(), "");
      }
    }
    if (sent.equals(asked) && sent.endsWith(right) && right.startsWith("/")) {
      String prefix = sent.substring(0, sent.length() - right.length());
      return prefix.isEmpty()
          ? null
          : set(
              pass,
              "http-request replace-path",
              "http-request replace-path " + prefix + "(/.*)? \\1");
    }
    return null;
  }

  @Override
  public @Nullable Change use(Route.Peer peer) {
    return peer.place().text().contains(" disabled")
        ? Change.replace(peer.place(), " disabled", "")
        : null;
  }

  @Override
  public @Nullable Change check(Route.Peer peer, String path) {
    Route.Check check = peer.check();
    if (check == null || check.uri() == null || check.uri().equals("/")) {
      return null;
    }
    return check.place().text().contains(" " + check.uri())
        ? Change.replace(check.place(), " " + check.uri(), " " + path)
        : null;
  }

  private static @Nullable Change set(Route.Pass pass, String key, String line) {
    Place there = pass.beside().get(key);
    if (there != null && !there.text().isEmpty()) {
      return Change.replace(there, there.text(), line);
    }
    return pass.peers().isEmpty() ? null : Change.add(pass.peers().get(0).place(), line);
  }

  @Override
  public List<String> headerRules() {
    return List.of("http-request del-header ", "http-request set-header ");
  }
}
