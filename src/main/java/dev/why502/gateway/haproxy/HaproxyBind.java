package dev.why502.gateway.haproxy;

import dev.why502.gateway.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One address of a {@code bind} line.
 *
 * @param tls whether TLS ends there
 */
record HaproxyBind(HaproxyProxy proxy, HaproxyLine line, HaproxyAddress address, boolean tls) {
  /** Addresses of one line that are looked at. */
  private static final int MAX_ADDRESSES = 256;

  private static final Set<String> OTHERS =
      Set.of("quic4@", "quic6@", "udp@", "udp4@", "udp6@", "rhttp@");

  static List<HaproxyBind> of(HaproxyProxy proxy) {
    List<HaproxyBind> all = new ArrayList<>();
    for (HaproxyLine line : proxy.own("bind")) {
      boolean tls = line.from(2).contains("ssl");
      for (String written : line.arg(1).split(",", MAX_ADDRESSES)) {
        if (OTHERS.stream().noneMatch(written::startsWith)) {
          all.add(new HaproxyBind(proxy, line, HaproxyAddress.parse(written.strip()), tls));
        }
      }
    }
    return all;
  }

  boolean any() {
    return address.host().isEmpty() || Ip.any(address.host());
  }

  boolean covers(int port) {
    return address.socket() == null && port >= address.port() && port <= address.lastPort();
  }

  /** Whether connections to a numeric address come here. */
  boolean takes(String ip) {
    if (!any()) {
      return Ip.same(address.host(), ip);
    }
    boolean wants6 = Ip.v6(ip);
    if (address.host().indexOf(':') < 0) {
      return !wants6;
    }
    return wants6 || !line.words().contains("v6only");
  }
}
