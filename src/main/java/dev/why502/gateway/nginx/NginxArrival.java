package dev.why502.gateway.nginx;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrives at nginx: at which address, under which name, plain or by TLS.
 *
 * @param address numeric, or null when not known
 * @param local whether it is one of this host's own; null when not known
 * @param port 0 for a socket
 */
record NginxArrival(
    Target target,
    Request request,
    @Nullable String address,
    @Nullable Boolean local,
    int port,
    @Nullable String socket) {

  static NginxArrival of(Target target, Request request, @Nullable String connectedTo) {
    Endpoint endpoint = connectedTo == null ? null : endpoint(connectedTo);
    if (endpoint == null) {
      endpoint = request.connectTo() == null ? target.endpoint() : request.connectTo();
    }
    if (endpoint.socket() != null) {
      return new NginxArrival(target, request, null, null, 0, endpoint.socket());
    }
    String host = endpoint.host().equalsIgnoreCase("localhost") ? "127.0.0.1" : endpoint.host();
    String address = Ip.v4(host) || Ip.v6(host) ? host : null;
    return new NginxArrival(
        target, request, address, address == null ? null : ours(address), endpoint.port(), null);
  }

  private static @Nullable Endpoint endpoint(String text) {
    if (text.startsWith("unix:")) {
      return Endpoint.unix(text.substring(5));
    }
    NginxAddress address = NginxAddress.parse(text, 0);
    return address.fault() != null ? null : Endpoint.of(address.host(), address.port());
  }

  private static @Nullable Boolean ours(String address) {
    if (Ip.loopback(address)) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
    } catch (SocketException | UnknownHostException e) {
      return null;
    }
  }

  void route(NginxConfig config, RouteDraft draft) {
    if (!target.scheme().http()) {
      draft.unknown("what is no HTTP is not followed");
      return;
    }
    NginxVirtualHosts.Group group =
        NginxVirtualHosts.group(config.servers(), address, local, port, socket);
    if (group == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    if (!group.sure()) {
      draft.unknown("at which of its addresses nginx is reached is not known");
    }
    String authority = authority();
    NginxVirtualHosts.Chosen chosen =
        NginxVirtualHosts.choose(group, NginxRequest.hostOf(authority));
    if (chosen.undecided() != null) {
      draft.unknown("server_name " + chosen.undecided() + " could not be followed");
    }
    NginxServer server = chosen.candidate().server();
    NginxDirective listen = chosen.candidate().listen().directive();
    draft.server = server.directive().place();
    draft.serverName = chosen.name() == null ? null : ByteText.shown(chosen.name());
    if (group.proxyProtocol()) {
      draft.unknown(listen.text() + " (" + listen.where() + ") wants the PROXY protocol first");
    }
    if (group.tls() != target.scheme().tls()) {
      // Plain HTTP to a TLS port is answered so; TLS to a plain port is no request line.
      draft.answer(Handling.RETURN, 400, listen.place());
      return;
    }
    String unparsed = ByteText.bytes(target.path().isEmpty() ? "/" : target.path());
    boolean merge = !ByteText.lower(server.scope().value("merge_slashes", "on")).equals("off");
    NginxUri uri = NginxUri.parse(unparsed, merge);
    if (uri == null) {
      draft.answer(Handling.RETURN, 400, server.directive().place());
      return;
    }
    NginxRequest state =
        new NginxRequest(
            request.method(),
            target.scheme().tls(),
            uri,
            unparsed,
            authority,
            headers(),
            client(),
            address,
            port);
    state.matched(chosen.captures());
    NginxVariables variables = new NginxVariables(config, state, server);
    new NginxRouter(config, server, state, variables, draft).run();
  }

  /** Whoever speaks to an address of its own host comes from that address. */
  private @Nullable String client() {
    if (address == null || !Boolean.TRUE.equals(local)) {
      return null;
    }
    return Ip.v4(address) && Ip.loopback(address) ? "127.0.0.1" : address;
  }

  private String authority() {
    for (Header header : request.headers()) {
      if (header.name().equalsIgnoreCase("host")) {
        return ByteText.bytes(header.value());
      }
    }
    return ByteText.bytes(target.authority());
  }

  /** The headers as they come, a WebSocket's handshake included. */
  private List<Header> headers() {
    List<Header> all = new ArrayList<>(request.headers());
    Scheme scheme = target.scheme();
    boolean upgrade = all.stream().anyMatch(h -> h.name().equalsIgnoreCase("upgrade"));
    if (scheme.webSocket() && !upgrade) {
      all.add(new Header("Upgrade", "websocket"));
      all.add(new Header("Connection", "Upgrade"));
    }
    return all;
  }
}
