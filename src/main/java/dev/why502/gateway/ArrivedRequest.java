package dev.why502.gateway;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrives at a gateway: at which address, under which name.
 *
 * @param address numeric, or null when not known
 * @param local whether it is one of this host's own; null when not known
 * @param port 0 for a socket
 */
public record ArrivedRequest(
    Target target,
    Request request,
    @Nullable String address,
    @Nullable Boolean local,
    int port,
    @Nullable String socket) {
  private static final int MAX_PORT = 65_535;

  /**
   * A request as it is sent.
   *
   * @param connectedTo "ip:port" or "unix:/path" that the request is really sent to, or null when
   *     only the target tells
   */
  public static ArrivedRequest of(Target target, Request request, @Nullable String connectedTo) {
    Endpoint endpoint = connectedTo == null ? null : endpoint(connectedTo);
    if (endpoint == null) {
      endpoint = request.connectTo() == null ? target.endpoint() : request.connectTo();
    }
    if (endpoint.socket() != null) {
      return new ArrivedRequest(target, request, null, null, 0, endpoint.socket());
    }
    String host = endpoint.host().equalsIgnoreCase("localhost") ? "127.0.0.1" : endpoint.host();
    String address = Ip.v4(host) || Ip.v6(host) ? host : null;
    return new ArrivedRequest(
        target, request, address, address == null ? null : ours(address), endpoint.port(), null);
  }

  private static @Nullable Endpoint endpoint(String text) {
    if (text.startsWith("unix:")) {
      return Endpoint.unix(text.substring(5));
    }
    int colon = text.lastIndexOf(':');
    long port = colon < 0 ? -1 : ByteText.number(text.substring(colon + 1));
    return port < 1 || port > MAX_PORT
        ? null
        : Endpoint.of(Ip.unbracketed(text.substring(0, colon)), (int) port);
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

  /** Whoever speaks to an address of its own host comes from that address. */
  public @Nullable String client() {
    if (address == null || !Boolean.TRUE.equals(local)) {
      return null;
    }
    return Ip.v4(address) && Ip.loopback(address) ? "127.0.0.1" : address;
  }

  public String authority() {
    for (Header header : request.headers()) {
      if (host(header)) {
        return header.value();
      }
    }
    return target.authority();
  }

  /** The headers as they come, a WebSocket's handshake included. */
  public List<Header> headers() {
    List<Header> all = new ArrayList<>(request.headers());
    boolean upgrade = all.stream().anyMatch(h -> h.name().equalsIgnoreCase("upgrade"));
    if (target.scheme().webSocket() && !upgrade) {
      all.add(new Header("Upgrade", "websocket"));
      all.add(new Header("Connection", "Upgrade"));
    }
    return all;
  }

  public List<Header> headersWithoutHost() {
    List<Header> all = headers();
    all.removeIf(ArrivedRequest::host);
    return all;
  }

  private static boolean host(Header header) {
    return header.name().equalsIgnoreCase("host");
  }
}
