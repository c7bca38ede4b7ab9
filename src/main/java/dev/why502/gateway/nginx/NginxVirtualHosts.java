package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.Pcre;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server block takes a request: first by the address connected to, then by the Host header
 * (ngx_http.c, ngx_http_find_virtual_server).
 */
final class NginxVirtualHosts {
  private NginxVirtualHosts() {}

  /** One server and the listen of it that fits. */
  record Candidate(NginxServer server, NginxListen listen) {}

  /**
   * The servers of one listening address.
   *
   * @param sure false when the address could not be told from others
   */
  record Group(List<Candidate> candidates, boolean sure) {
    boolean tls() {
      return candidates.stream().anyMatch(c -> c.server().tls(c.listen()));
    }

    boolean proxyProtocol() {
      return candidates.stream().anyMatch(c -> c.listen().proxyProtocol());
    }

    /** The one that is marked, else the first. */
    Candidate fallback() {
      for (Candidate candidate : candidates) {
        if (candidate.listen().defaultServer()) {
          return candidate;
        }
      }
      return candidates.get(0);
    }
  }

  /**
   * The chosen server.
   *
   * @param name the server_name that fits, null when it is the default
   * @param undecided a name's pattern that could not be followed, or null
   */
  record Chosen(
      Candidate candidate,
      @Nullable String name,
      Pcre.@Nullable Match captures,
      @Nullable String undecided) {}

  /**
   * The servers that an address leads to; null when none listens there.
   *
   * @param address numeric, or null when not known
   * @param local whether it is one of this host's own; null when not known
   * @param socket path of a unix domain socket, or null
   */
  static @Nullable Group group(
      List<NginxServer> servers,
      @Nullable String address,
      @Nullable Boolean local,
      int port,
      @Nullable String socket) {
    List<Candidate> onPort = new ArrayList<>();
    for (NginxServer server : servers) {
      for (NginxListen listen : server.listens()) {
        if (socket == null
            ? listen.port() == port && listen.socket() == null
            : socket.equals(listen.socket())) {
          onPort.add(new Candidate(server, listen));
        }
      }
    }
    if (port == 8000 && socket == null) {
      // A server without listen takes 8000 where nginx does not run as root.
      for (NginxServer server : servers) {
        if (server.scope().own("listen").isEmpty()) {
          onPort.add(new Candidate(server, NginxListen.implied(server.directive(), 8000)));
        }
      }
    }
    if (onPort.isEmpty() || socket != null) {
      return onPort.isEmpty() ? null : new Group(onPort, true);
    }
    if (address != null) {
      List<Candidate> exact = onPort.stream().filter(c -> named(c.listen(), address)).toList();
      if (!exact.isEmpty()) {
        return new Group(exact, true);
      }
      List<Candidate> any = onPort.stream().filter(c -> takes(c.listen(), address)).toList();
      if (!any.isEmpty()) {
        return new Group(sameAsFirst(any, address), true);
      }
      if (Boolean.TRUE.equals(local)) {
        return null;
      }
    }
    // Not known at which of its addresses it arrives (a name, or translated on the way).
    Candidate first = onPort.get(0);
    for (Candidate candidate : onPort) {
      if (candidate.listen().any()) {
        first = candidate;
        break;
      }
    }
    NginxListen chosen = first.listen();
    List<Candidate> group = onPort.stream().filter(c -> c.listen().same(chosen)).toList();
    boolean twins =
        onPort.stream().allMatch(c -> c.listen().any())
            && onPort.stream()
                .allMatch(c -> group.stream().anyMatch(g -> g.server() == c.server()));
    return new Group(group, group.size() == onPort.size() || twins);
  }

  private static boolean named(NginxListen listen, String address) {
    if (listen.address().equals("localhost")) {
      return address.equals("127.0.0.1") || Ip.same(address, "::1");
    }
    return !listen.any() && Ip.same(listen.address(), address);
  }

  private static boolean takes(NginxListen listen, String address) {
    if (!listen.any()) {
      return false;
    }
    boolean six = address.indexOf(':') >= 0;
    return listen.address().equals("0.0.0.0") ? !six : six || listen.both();
  }

  /** IPv4 over "0.0.0.0" before IPv4 over "::". */
  private static List<Candidate> sameAsFirst(List<Candidate> any, String address) {
    boolean six = address.indexOf(':') >= 0;
    List<Candidate> own =
        any.stream().filter(c -> c.listen().address().equals("0.0.0.0") != six).toList();
    return own.isEmpty() ? any : own;
  }

  /** The server of a group that a host name chooses. */
  static Chosen choose(Group group, String host) {
    String undecided = null;
    for (Candidate candidate : group.candidates()) {
      for (String name : candidate.server().names()) {
        String plain = ByteText.lower(name);
        if ((plain.equals(host) && !plain.isEmpty()) || plain.equals("." + host)) {
          return new Chosen(candidate, name, null, null);
        }
      }
    }
    Chosen best = wildcard(group, host, true);
    if (best == null) {
      best = wildcard(group, host, false);
    }
    if (best != null) {
      return best;
    }
    for (Candidate candidate : group.candidates()) {
      for (String name : candidate.server().names()) {
        if (!name.startsWith("~")) {
          continue;
        }
        Pcre.Result result = Pcre.of(name.substring(1), true).find(host);
        if (result.match() != null) {
          return new Chosen(candidate, name, result.match(), undecided);
        }
        if (!result.known() && undecided == null) {
          undecided = name;
        }
      }
    }
    return new Chosen(group.fallback(), null, null, undecided);
  }

  private static @Nullable Chosen wildcard(Group group, String host, boolean leading) {
    Chosen best = null;
    int length = 0;
    for (Candidate candidate : group.candidates()) {
      for (String name : candidate.server().names()) {
        String rest = fixedPart(ByteText.lower(name), leading);
        if (rest != null
            && rest.length() > length
            && host.length() > rest.length()
            && (leading ? host.endsWith(rest) : host.startsWith(rest))) {
          best = new Chosen(candidate, name, null, null);
          length = rest.length();
        }
      }
    }
    return best;
  }

  /** ".example.com" of "*.example.com", "www.example." of "www.example.*". */
  private static @Nullable String fixedPart(String name, boolean leading) {
    if (leading) {
      if (name.startsWith("*.")) {
        return name.substring(1);
      }
      return name.startsWith(".") && name.length() > 1 ? name : null;
    }
    return name.endsWith(".*") ? name.substring(0, name.length() - 1) : null;
  }
}
