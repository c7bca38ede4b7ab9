package dev.why502.host;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The first packet of a TCP connection from this host, as a packet filter sees it.
 *
 * @param local whether it goes to an address of this host, so that it passes the loopback twice
 * @param uid whose process sends it, -1 when not known
 */
record Packet(InetAddress destination, int port, boolean local, long uid) {
  private static final String LOOPBACK = "lo";

  /** Null for a text that is no address with a port. */
  static @Nullable Packet to(String address, boolean local, long uid) {
    int colon = address.lastIndexOf(':');
    Integer port = colon < 0 ? null : PortArguments.port(address.substring(colon + 1));
    InetAddress destination = colon < 0 ? null : literal(address.substring(0, colon));
    return port == null || destination == null ? null : new Packet(destination, port, local, uid);
  }

  boolean six() {
    return destination.getAddress().length == 16;
  }

  /** Whether the packet has left the sender and arrives; else it leaves. */
  static boolean arriving(String hook) {
    return hook.equals("input") || hook.equals("prerouting");
  }

  /** Whether the interface at a hook is this one; null when not known. */
  @Nullable Boolean through(String name, boolean in, String hook) {
    if (in != arriving(hook)) {
      return null;
    }
    if (name.endsWith("*") || name.endsWith("+")) {
      String prefix = name.substring(0, name.length() - 1);
      if (local) {
        return LOOPBACK.startsWith(prefix);
      }
      return prefix.isEmpty() ? Boolean.TRUE : null;
    }
    if (local) {
      return name.equals(LOOPBACK);
    }
    return name.equals(LOOPBACK) ? Boolean.FALSE : null;
  }

  boolean to(String network) {
    return within(destination, network);
  }

  /** Null where the sender's address is not known: what goes to ourselves comes from there. */
  @Nullable Boolean from(String network) {
    if (!local) {
      return null;
    }
    // A connection to 127.0.0.5 comes from 127.0.0.1, as the loopback's own address.
    boolean loopback = destination.isLoopbackAddress();
    InetAddress source = loopback ? literal(six() ? "::1" : "127.0.0.1") : destination;
    return source == null ? null : within(source, network);
  }

  private static boolean within(InetAddress address, String network) {
    int slash = network.indexOf('/');
    InetAddress base = literal(slash < 0 ? network : network.substring(0, slash));
    if (base == null || base.getAddress().length != address.getAddress().length) {
      return false;
    }
    int bits = base.getAddress().length * 8;
    int length = bits;
    if (slash >= 0) {
      try {
        length = Integer.parseInt(network.substring(slash + 1));
      } catch (NumberFormatException mask) {
        return false;
      }
    }
    if (length < 0 || length > bits) {
      return false;
    }
    return new BigInteger(1, base.getAddress())
        .shiftRight(bits - length)
        .equals(new BigInteger(1, address.getAddress()).shiftRight(bits - length));
  }

  /** An address that is written as one: a name is never looked up. */
  static @Nullable InetAddress literal(String text) {
    String plain =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    boolean six = plain.indexOf(':') >= 0;
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean fits = (c >= '0' && c <= '9') || c == '.' || (six && (c == ':' || hex(c)));
      if (!fits) {
        return null;
      }
    }
    if (plain.isEmpty() || (!six && plain.indexOf('.') < 0)) {
      return null;
    }
    try {
      return InetAddress.getByName(plain);
    } catch (UnknownHostException notOne) {
      return null;
    }
  }

  private static boolean hex(char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
