package dev.why502.host;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where on the network we stand. Blocks. */
final class Namespaces {
  static final int MAX_ADDRESSES = 1024;

  private Namespaces() {}

  /** Addresses of this host's interfaces, without scope and brackets, sorted. */
  static List<String> localAddresses() {
    TreeSet<String> addresses = new TreeSet<>();
    try {
      for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(card.getInetAddresses())) {
          if (addresses.size() < MAX_ADDRESSES) {
            addresses.add(IpText.of(address.getAddress()));
          }
        }
      }
    } catch (SocketException notToldOrNone) {
      return List.copyOf(addresses);
    }
    return List.copyOf(addresses);
  }

  /**
   * "host" when our network is that of the host's first process, "own" when it is not. Null when it
   * cannot be told: in a process namespace of our own the first process is not the host's.
   */
  static @Nullable String network(ProcFs proc) {
    String first = proc.link("1/ns/net");
    String own = proc.link("self/ns/net");
    if (first == null || own == null || !proc.showsHost()) {
      return null;
    }
    return first.equals(own) ? "host" : "own";
  }
}
