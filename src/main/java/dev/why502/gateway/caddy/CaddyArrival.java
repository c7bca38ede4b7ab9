package dev.why502.gateway.caddy;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.Ip;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrives at Caddy: at which address, under which name, plain or by TLS.
 *
 * @param address numeric, or null when not known
 * @param local whether it is one of this host's own; null when not known
 * @param port 0 for a socket
 */
record CaddyArrival(
    Target target,
    Request request,
    @Nullable String address,
    @Nullable Boolean local,
    int port,
    @Nullable String socket) {

  static CaddyArrival of(Target target, Request request, @Nullable String connectedTo) {
    Endpoint endpoint = connectedTo == null ? null : endpoint(connectedTo);
    if (endpoint == null) {
      endpoint = request.connectTo() == null ? target.endpoint() : request.connectTo();
    }
    if (endpoint.socket() != null) {
      return new CaddyArrival(target, request, null, null, 0, endpoint.socket());
    }
    String host = endpoint.host().equalsIgnoreCase("localhost") ? "127.0.0.1" : endpoint.host();
    boolean literal = Ip.literal(host);
    String address = literal ? host : null;
    return new CaddyArrival(
        target, request, address, address == null ? null : ours(address), endpoint.port(), null);
  }

  private static @Nullable Endpoint endpoint(String text) {
    if (text.startsWith("unix:")) {
      return Endpoint.unix(text.substring(5));
    }
    CaddyAddress.HostPort parts = CaddyAddress.HostPort.split(text);
    long port = CaddyUnits.number(parts.port(), -1);
    return port <= 0 || port > 65_535 ? null : Endpoint.of(parts.host(), (int) port);
  }

  private static @Nullable Boolean ours(String address) {
    try {
      InetAddress parsed = InetAddress.getByName(address);
      return parsed.isLoopbackAddress() || NetworkInterface.getByInetAddress(parsed) != null;
    } catch (SocketException | UnknownHostException e) {
      return null;
    }
  }

  void route(CaddyConfig config, CaddyDraft draft) {
    if (!target.scheme().http()) {
      draft.unknown("what is no HTTP is not followed");
      return;
    }
    CaddyServer server = server(config, draft);
    if (server == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    boolean tls = server.tls() && port != config.httpPort() && socket == null;
    if (tls != target.scheme().tls()) {
      // Go answers 400 to plain HTTP at a TLS port; TLS at a plain port is no request line.
      draft.server = server.node().place();
      draft.serverName = target.endpoint().host();
      draft.answer(Handling.RETURN, 400, server.node().place());
      return;
    }
    CaddyRequest arrived =
        new CaddyRequest(
            request.method(),
            target.path().isEmpty() ? "/" : target.path(),
            authority(),
            headers(),
            tls,
            client(),
            port);
    new CaddyRouter(server, arrived, draft).run();
  }

  /** The server that listens there: an exact address goes before every address. */
  private @Nullable CaddyServer server(CaddyConfig config, CaddyDraft draft) {
    CaddyServer any = null;
    CaddyServer named = null;
    int perhaps = 0;
    for (CaddyServer server : config.servers()) {
      for (CaddyListen listen : server.listens()) {
        if (socket != null) {
          any = socket.equals(listen.socket()) ? server : any;
        } else if (listen.port(port)) {
          if (listen.any()) {
            any = any == null ? server : any;
          } else if (address != null && same(address, listen.host())) {
            named = server;
          } else if (address == null || !Ip.literal(listen.host())) {
            named = named == null && any == null && address == null ? server : named;
            perhaps++;
          }
        }
      }
    }
    if (perhaps > 0 && (address == null || named == null)) {
      draft.unknown("at which of its addresses Caddy is reached is not known");
    }
    return named != null ? named : any;
  }

  private static boolean same(String address, String host) {
    String listen = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
    return Ip.literal(address) && Ip.same(address, listen);
  }

  /** Whoever speaks to an address of its own host comes from that address. */
  private @Nullable String client() {
    if (address == null || !Boolean.TRUE.equals(local)) {
      return null;
    }
    return address.startsWith("127.") ? "127.0.0.1" : address;
  }

  private String authority() {
    for (Header header : request.headers()) {
      if (header.name().equalsIgnoreCase("host")) {
        return header.value();
      }
    }
    return target.authority();
  }

  /** The fields as they come, a WebSocket's handshake included. */
  private List<Header> headers() {
    List<Header> all = new ArrayList<>();
    for (Header header : request.headers()) {
      if (!header.name().equalsIgnoreCase("host")) {
        all.add(header);
      }
    }
    Scheme scheme = target.scheme();
    boolean upgrade = all.stream().anyMatch(h -> h.name().equalsIgnoreCase("upgrade"));
    if (scheme.webSocket() && !upgrade) {
      all.add(new Header("Upgrade", "websocket"));
      all.add(new Header("Connection", "Upgrade"));
    }
    return all;
  }
}
