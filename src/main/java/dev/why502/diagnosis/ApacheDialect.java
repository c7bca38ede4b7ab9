package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apache httpd (mod_proxy). */
final class ApacheDialect implements Dialect {
  private static final String STANDARD = "/etc/apache2/apache2.conf";

  @Override
  public List<String> reload(@Nullable String config) {
    if (config == null || config.equals(STANDARD)) {
      return List.of("apachectl configtest", "systemctl reload apache2");
    }
    String file = Quote.shell(config);
    return List.of("apachectl -f " + file + " -t", "apachectl -f " + file + " -k graceful");
  }

  @Override
  public @Nullable Change scheme(Route.Pass pass, boolean tls) {
    Place line = Dialect.onlyLine(pass);
    String from = tls ? "http://" : "https://";
    if (line == null || !line.text().contains(from)) {
      return null;
    }
    Change change = Change.replace(line, from, tls ? "https://" : "http://");
    return tls && line.equals(pass.place())
        ? change.and(Change.add(line, "SSLProxyEngine on"))
        : change;
  }

  /** Without ProxyPreserveHost the Host is that of the URL in ProxyPass. */
  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    if (clients) {
      return set(pass, "proxypreservehost", "ProxyPreserveHost On");
    }
    return set(pass, "proxypreservehost", "ProxyPreserveHost On")
        .and(set(pass, "requestheader host", "RequestHeader set Host " + host));
  }

  /** The server name is the Host that is sent. */
  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    return host(pass, name, false);
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    Place line = Dialect.onlyLine(pass);
    int there = line == null ? -1 : line.text().indexOf(" timeout=");
    if (line != null && there >= 0) {
      String old =
          line.text().substring(there, Dialect.wordEnd(line.text(), there + " timeout=".length()));
      return Change.replace(line, old, " timeout=" + seconds);
    }
    return set(pass, "proxytimeout", "ProxyTimeout " + seconds);
  }

  /** A parameter of the worker since 2.4.34 (mod_proxy). */
  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    Place line = Dialect.onlyLine(pass);
    if (line == null || line.text().startsWith("<")) {
      return null;
    }
    return Change.append(line, " responsefieldsize=" + Dialect.roomFor(bytes));
  }

  @Override
  public @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes) {
    return Change.replace(limit.place(), limit.place().text(), "LimitRequestBody " + bytes * 2);
  }

  @Override
  public @Nullable Change upgrade(Route.Pass pass) {
    Place line = Dialect.onlyLine(pass);
    return line == null || line.text().startsWith("<")
        ? null
        : Change.append(line, " upgrade=websocket");
  }

  /** ProxyPass replaces its first argument by its second. */
  @Override
  public @Nullable Change path(Route.Pass pass, String sent, String right, String asked) {
    String text = pass.place().text();
    int scheme = text.indexOf("://");
    if (!text.toLowerCase(java.util.Locale.ROOT).startsWith("proxypass ") || scheme < 0) {
      return null;
    }
    String[] words = text.split("\\s+");
    String prefix = words.length > 2 ? words[1] : "";
    int slash = text.indexOf('/', scheme + 3);
    int end = Dialect.wordEnd(text, scheme + 3);
    if (!prefix.startsWith("/") || !asked.startsWith(prefix)) {
      return null;
    }
    String rest = asked.substring(prefix.length());
    if (!right.endsWith(rest)) {
      return null;
    }
    String target = right.substring(0, right.length() - rest.length());
    int from = slash < 0 || slash > end ? end : slash;
    String authority = text.substring(scheme, from);
    return Change.replace(pass.place(), text.substring(scheme, end), authority + target);
  }

  @Override
  public @Nullable Change use(Route.Peer peer) {
    for (String word : List.of(" status=+D", " status=D", " status=+S", " status=+E")) {
      if (peer.place().text().contains(word)) {
        return Change.replace(peer.place(), word, "");
      }
    }
    return null;
  }

  @Override
  public @Nullable Change check(Route.Peer peer, String path) {
    Route.Check check = peer.check();
    String old = check == null || check.uri() == null ? null : "hcuri=" + check.uri();
    return check == null || old == null || !check.place().text().contains(old)
        ? null
        : Change.replace(check.place(), old, "hcuri=" + path);
  }

  private static Change set(Route.Pass pass, String key, String line) {
    Place there = pass.beside().get(key);
    return there != null && !there.text().isEmpty()
        ? Change.replace(there, there.text(), line)
        : Change.add(pass.place(), line);
  }

  @Override
  public List<String> headerRules() {
    return List.of("requestheader ");
  }
}
