package dev.why502.gateway.haproxy;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrives: at which address, under which name, plain or by TLS.
 *
 * @param address numeric, or null when not known
 * @param local whether it is one of this host's own; null when not known
 * @param port 0 for a socket
 */
record HaproxyArrival(
    Target target,
    Request request,
    @Nullable String address,
    @Nullable Boolean local,
    int port,
    @Nullable String socket) {

  static HaproxyArrival of(Target target, Request request, @Nullable String connectedTo) {
    Endpoint endpoint = connectedTo == null ? null : endpoint(connectedTo);
    if (endpoint == null) {
      endpoint = request.connectTo() == null ? target.endpoint() : request.connectTo();
    }
    if (endpoint.socket() != null) {
      return new HaproxyArrival(target, request, null, null, 0, endpoint.socket());
    }
    String host = endpoint.host().equalsIgnoreCase("localhost") ? "127.0.0.1" : endpoint.host();
    String address = Ip.literal(host) ? host : null;
    return new HaproxyArrival(
        target, request, address, address == null ? null : ours(address), endpoint.port(), null);
  }

  private static @Nullable Endpoint endpoint(String text) {
    if (text.startsWith("unix:")) {
      return Endpoint.unix(text.substring(5));
    }
    HaproxyAddress address = HaproxyAddress.parse(text);
    return address.fault() != null || address.port() < 1
        ? null
        : Endpoint.of(address.host(), address.port());
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

  /**
   * The bind line that takes it.
   *
   * @param sure whether no other one could
   */
  record Reached(HaproxyBind bind, boolean sure) {}

  /** Null when nothing of the configuration listens there. */
  @Nullable Reached reached(HaproxyConfig config) {
    List<HaproxyBind> found = new ArrayList<>();
    boolean vague = false;
    for (HaproxyProxy proxy : config.proxies()) {
      if (!proxy.frontend() || proxy.disabled()) {
        continue;
      }
      for (HaproxyBind bind : HaproxyBind.of(proxy)) {
        vague |= bind.address().fault() != null;
        if (socket != null
            ? socket.equals(socketOf(config, bind))
            : bind.address().fault() == null && bind.covers(port)) {
          found.add(bind);
        }
      }
    }
    List<HaproxyBind> fitting = found;
    if (socket == null && address != null) {
      fitting = found.stream().filter(bind -> !bind.any() && bind.takes(address)).toList();
      if (fitting.isEmpty()) {
        fitting = found.stream().filter(bind -> bind.any() && bind.takes(address)).toList();
      }
      // Where addresses are translated on the way, the port alone tells.
      if (fitting.isEmpty() && !Boolean.TRUE.equals(local)) {
        fitting = found;
      }
    }
    if (fitting.isEmpty()) {
      return null;
    }
    HaproxyBind first = fitting.get(0);
    boolean one =
        fitting.stream()
            .allMatch(bind -> bind.proxy() == first.proxy() && bind.tls() == first.tls());
    return new Reached(first, one && (!vague || fitting.size() == 1));
  }

  private static @Nullable String socketOf(HaproxyConfig config, HaproxyBind bind) {
    String path = bind.address().socket();
    if (path == null) {
      return null;
    }
    List<HaproxyLine> prefix = config.global("unix-bind");
    String before = prefix.isEmpty() ? "" : prefix.get(prefix.size() - 1).after("prefix");
    return before + path;
  }

  /** The request itself, as the rules see it. */
  HaproxyRequest seenBy(HaproxyBind bind) {
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("Host", ByteText.bytes(authority())));
    for (Header header : request.headers()) {
      if (!header.name().equalsIgnoreCase("host")) {
        headers.add(new Header(header.name(), ByteText.bytes(header.value())));
      }
    }
    if (target.scheme().webSocket()
        && request.headers().stream().noneMatch(h -> h.name().equalsIgnoreCase("upgrade"))) {
      headers.add(new Header("Upgrade", "websocket"));
      headers.add(new Header("Connection", "Upgrade"));
    }
    String body = request.body();
    long bytes = body == null ? 0 : body.getBytes(StandardCharsets.UTF_8).length;
    if (body != null) {
      headers.add(new Header("Content-Length", Long.toString(bytes)));
    }
    String name = target.endpoint().host();
    boolean named = !name.isEmpty() && !Ip.literal(name);
    boolean tls = target.scheme().tls();
    return new HaproxyRequest(
        request.method(),
        target.path().isEmpty() ? "/" : ByteText.bytes(target.path()),
        headers,
        tls && bind.tls(),
        tls && named ? ByteText.lower(name) : null,
        tls && !bind.tls(),
        bind.line().words().contains("accept-proxy") ? null : client(),
        address,
        port,
        bytes,
        request.httpVersion().equals("2") ? "2.0" : request.httpVersion());
  }

  String authority() {
    for (Header header : request.headers()) {
      if (header.name().equalsIgnoreCase("host")) {
        return header.value();
      }
    }
    return target.authority();
  }

  /** Whoever speaks to an address of its own host comes from that address. */
  private @Nullable String client() {
    if (address == null || !Boolean.TRUE.equals(local)) {
      return null;
    }
    return !Ip.v6(address) && Ip.loopback(address) ? "127.0.0.1" : address;
  }
}
