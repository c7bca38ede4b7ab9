package dev.why502.gateway.haproxy;

import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Check;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servers of a backend, and the addresses that they stand for before names are resolved. */
final class HaproxyServers {
  /** Servers of one backend that are kept. */
  private static final int MAX_SERVERS = 256;

  private static final long DEFAULT_INTER_MILLIS = 2_000;
  private static final int DEFAULT_FALL = 3;
  private static final int DEFAULT_RISE = 2;

  private HaproxyServers() {}

  static List<HaproxyServer> of(HaproxyConfig config, HaproxyProxy backend) {
    List<HaproxyServer> servers = new ArrayList<>();
    Map<String, String> defaults = new LinkedHashMap<>();
    for (HaproxyLine line : backend.lines()) {
      if (line.is("default-server")) {
        defaults = HaproxyServer.settings(defaults, line.from(1));
      } else if (line.is("server") && servers.size() < MAX_SERVERS) {
        servers.add(
            new HaproxyServer(
                line.arg(1),
                line,
                HaproxyAddress.parse(line.arg(2)),
                HaproxyServer.settings(defaults, line.from(3))));
      } else if (line.is("server-template")) {
        template(line, defaults, servers);
      }
    }
    return servers;
  }

  /** {@code server-template PREFIX 1-3 NAME:PORT}: as many servers of one name. */
  private static void template(
      HaproxyLine line, Map<String, String> defaults, List<HaproxyServer> servers) {
    String range = line.arg(2);
    int dash = range.indexOf('-');
    long first = dash < 0 ? 1 : ByteText.number(range.substring(0, dash));
    long last = ByteText.number(dash < 0 ? range : range.substring(dash + 1));
    for (long i = first; first >= 0 && i <= last && servers.size() < MAX_SERVERS; i++) {
      servers.add(
          new HaproxyServer(
              line.arg(1) + i,
              line,
              HaproxyAddress.parse(line.arg(3)),
              HaproxyServer.settings(defaults, line.from(4))));
    }
  }

  /**
   * Where a server's connections go.
   *
   * @param port that the client asked for; servers without one of their own take it
   */
  static @Nullable Peer peer(HaproxyProxy backend, HaproxyServer server, int port) {
    HaproxyAddress address = server.address();
    if (address.fault() != null) {
      return null;
    }
    boolean checked = server.has("check");
    int fall = checked ? (int) Math.min(Integer.MAX_VALUE, server.number("fall", DEFAULT_FALL)) : 0;
    long recovers =
        server.millis("inter", DEFAULT_INTER_MILLIS) * server.number("rise", DEFAULT_RISE);
    int target =
        address.relative() ? port + address.port() : address.port() == 0 ? port : address.port();
    boolean literal = Ip.literal(address.host());
    String text =
        address.socket() != null
            ? "unix:" + HaproxyText.shown(address.socket())
            : literal ? HaproxyAddress.text(address.host(), target) : null;
    return new Peer(
        text,
        text == null ? HaproxyText.shown(address.host()) : null,
        address.socket() != null ? 0 : target,
        server.has("resolvers"),
        server.line().place(),
        server.has("backup"),
        server.down() || backend.disabled(),
        fall,
        fall == 0 ? 0 : recovers,
        checked ? check(backend, server, target) : null);
  }

  /** The active check of a server (the manual's 5.2, "check", and "option httpchk"). */
  private static Check check(HaproxyProxy backend, HaproxyServer server, int port) {
    String written = server.value("addr");
    HaproxyAddress other = written == null ? null : HaproxyAddress.parse(written);
    boolean elsewhere = server.has("port") || other != null;
    boolean tls =
        server.has("check-ssl") || (server.tls() && !elsewhere && !server.has("no-check-ssl"));
    int at =
        (int)
            server.number(
                "port", other != null && other.port() > 0 ? other.port() : Math.max(0, port));
    HaproxyLine option = backend.option("httpchk");
    HaproxyLine place = option;
    String method = null;
    String uri = null;
    if (option != null) {
      method = option.arg(3).isEmpty() ? "OPTIONS" : option.arg(2);
      uri = option.arg(3).isEmpty() ? option.arg(2) : option.arg(3);
      for (HaproxyLine line : backend.every("http-check")) {
        if (line.arg(1).equals("send")) {
          place = line;
          String meth = line.after("meth");
          String path = line.after("uri");
          method = meth.isEmpty() ? method : meth;
          uri = path.isEmpty() ? uri : path;
        } else if (line.arg(1).equals("connect")) {
          long port1 = ByteText.number(line.after("port"));
          at = port1 > 0 ? (int) port1 : at;
          tls |= line.words().contains("ssl");
        }
      }
      uri = uri.isEmpty() ? "/" : uri;
    }
    return new Check(
        place == null ? server.line().place() : place.place(),
        method == null ? null : HaproxyText.shown(method),
        uri == null ? null : HaproxyText.shown(uri),
        at,
        tls);
  }

  /** A limit of connections that makes requests wait; it answers only when the queue times out. */
  static void limits(HaproxyServer server, RouteDraft draft) {
    long most = server.number("maxconn", 0);
    if (most > 0) {
      draft.limit(new Route.Limit(Route.Limit.What.CONNECTIONS, server.line().place(), most, 0));
    }
  }
}
