package dev.why502.diagnosis;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a change is written in the configuration of one kind of gateway. A change that cannot be
 * written down exactly is null, and the fix then only points at the line.
 */
interface Dialect {
  static Dialect of(Facts facts) {
    Gateway gateway = facts.given.gateway();
    Gateway.Kind kind = gateway == null ? Gateway.Kind.OTHER : gateway.kind();
    return switch (kind) {
      case NGINX -> new NginxDialect();
      case HAPROXY -> new HaproxyDialect();
      case APACHE -> new ApacheDialect();
      case CADDY -> new CaddyDialect(CaddyTrust.settings(facts));
      case OTHER -> new NoDialect();
    };
  }

  /** Commands that test a configuration and load it. */
  List<String> reload(@Nullable String config);

  /** Speak TLS to the service, or stop to. */
  @Nullable Change scheme(Route.Pass pass, boolean tls);

  /**
   * Send another Host.
   *
   * @param clients whether it is the one that the client sends
   */
  @Nullable Change host(Route.Pass pass, String host, boolean clients);

  /** Send a server name in TLS (RFC 6066, 3). */
  @Nullable Change serverName(Route.Pass pass, String name);

  /** Wait longer for an answer. */
  @Nullable Change readTimeout(Route.Pass pass, long seconds);

  /** Take a longer response header. */
  @Nullable Change headerBuffer(Route.Pass pass, int bytes);

  /** Take a longer request body. */
  @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes);

  /** Pass a WebSocket handshake on (RFC 6455, 1.3). */
  @Nullable Change upgrade(Route.Pass pass);

  /** Send {@code right} where {@code sent} is sent for the client's {@code asked}. */
  @Nullable Change path(Route.Pass pass, String sent, String right, String asked);

  /** Use a server again that the configuration leaves out. */
  @Nullable Change use(Route.Peer peer);

  /** Ask another path in the health check of a server. */
  @Nullable Change check(Route.Peer peer, String path);

  /** Leave a header of the client's as it came. */
  default @Nullable Change keep(Route.Pass pass, String header) {
    String name = header.toLowerCase(Locale.ROOT);
    for (String rule : headerRules()) {
      Place there = pass.beside().get(rule + name);
      if (there != null && !there.text().isEmpty()) {
        return Change.replace(there, there.text(), "");
      }
    }
    return null;
  }

  /** Words before a header's name in the directives that change it. */
  List<String> headerRules();

  /** Seconds as configurations write them. */
  static String seconds(long seconds) {
    return seconds + "s";
  }

  /** Half as much again, in whole pages of 4 KiB and a power of two of them. */
  static int roomFor(int bytes) {
    int wanted = 4096;
    while (wanted < bytes * 5 / 4) {
      wanted *= 2;
    }
    return wanted;
  }

  /** Where a word ends that begins at an index: at a blank, a semicolon or a brace. */
  static int wordEnd(String text, int from) {
    int end = from;
    while (end < text.length() && " \t;{}".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** A number of bytes as configurations write it. */
  static String kibibytes(long bytes) {
    return String.format(Locale.ROOT, "%dk", (bytes + 1023) / 1024);
  }

  /** Of several peers' lines the one that a change of all of them would have to be made at. */
  static @Nullable Place onlyLine(Route.Pass pass) {
    Place line = null;
    for (Route.Peer peer : pass.peers()) {
      if (line != null && !line.equals(peer.place())) {
        return null;
      }
      line = peer.place();
    }
    return line;
  }
}
