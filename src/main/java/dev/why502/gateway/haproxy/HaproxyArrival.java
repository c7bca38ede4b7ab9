package dev.why502.gateway.haproxy;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import dev.why502.gateway.ArrivedRequest;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as it arrives, and the bind line that takes it. */
record HaproxyArrival(ArrivedRequest arrived) {
  static HaproxyArrival of(Target target, Request request, @Nullable String connectedTo) {
    return new HaproxyArrival(ArrivedRequest.of(target, request, connectedTo));
  }

  /**
   * The bind line that takes it.
   *
   * @param sure whether no other one could
   */
  record Reached(HaproxyBind bind, boolean sure) {}

  /** Null when nothing of the configuration listens there. */
  @Nullable Reached reached(HaproxyConfig config) {
    String address = arrived.address();
    String socket = arrived.socket();
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
            : bind.address().fault() == null && bind.covers(arrived.port())) {
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
      if (fitting.isEmpty() && !Boolean.TRUE.equals(arrived.local())) {
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
    Target target = arrived.target();
    Request request = arrived.request();
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("Host", ByteText.bytes(arrived.authority())));
    for (Header header : arrived.headersWithoutHost()) {
      headers.add(new Header(header.name(), ByteText.bytes(header.value())));
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
        bind.line().words().contains("accept-proxy") ? null : arrived.client(),
        arrived.address(),
        arrived.port(),
        bytes,
        request.httpVersion().equals("2") ? "2.0" : request.httpVersion());
  }
}
