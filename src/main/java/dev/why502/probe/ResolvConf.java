package dev.why502.probe;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code resolv.conf(5)} says. A file that names no server means the one on this machine, as
 * the manual says; never a public one.
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots) {
  private static final int PORT = 53;
  private static final int MOST_SERVERS = 3;
  private static final int MOST_SEARCH = 6;
  private static final int MOST_NDOTS = 15;

  static ResolvConf parse(String text) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<String> search = new ArrayList<>();
    int ndots = 1;
    for (String line : text.lines().toList()) {
      String[] words = line.trim().split("\\s+");
      if (words.length < 2) {
        continue;
      }
      switch (words[0]) {
        case "nameserver" -> {
          InetAddress address = NetUtil.createInetAddressFromIpAddressString(words[1]);
          if (address != null && servers.size() < MOST_SERVERS) {
            servers.add(new InetSocketAddress(address, PORT));
          }
        }
        case "search", "domain" -> {
          search.clear();
          for (int i = 1; i < words.length && search.size() < MOST_SEARCH; i++) {
            if (!words[i].equals(".")) {
              search.add(words[i]);
            }
          }
        }
        case "options" -> {
          for (int i = 1; i < words.length; i++) {
            if (words[i].matches("ndots:[0-9]{1,2}")) {
              ndots = Math.min(MOST_NDOTS, Integer.parseInt(words[i].substring(6)));
            }
          }
        }
        default -> {
          // sortlist and what future versions add do not bear on which address a name has.
        }
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(NetUtil.LOCALHOST4, PORT));
    }
    return new ResolvConf(List.copyOf(servers), List.copyOf(search), ndots);
  }

  /** The full names to ask for, in order. */
  List<String> candidates(String name) {
    if (name.endsWith(".")) {
      return List.of(name);
    }
    List<String> candidates = new ArrayList<>();
    long dots = name.chars().filter(c -> c == '.').count();
    if (dots >= ndots) {
      candidates.add(name + ".");
    }
    for (String domain : search) {
      candidates.add(name + "." + domain + (domain.endsWith(".") ? "" : "."));
    }
    if (dots < ndots) {
      candidates.add(name + ".");
    }
    return candidates;
  }
}
