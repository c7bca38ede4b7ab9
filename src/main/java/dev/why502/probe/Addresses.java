package dev.why502.probe;

import dev.why502.observation.FailureKind;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Addresses as text and as what a socket connects to. */
final class Addresses {
  private Addresses() {}

  /** The families by turns, beginning with the one that the resolver put first. */
  static List<SocketAddress> inOrder(List<String> addresses, int port) {
    Deque<String> one = new ArrayDeque<>();
    Deque<String> other = new ArrayDeque<>();
    boolean six = addresses.get(0).indexOf(':') >= 0;
    for (String address : addresses) {
      (address.indexOf(':') >= 0 == six ? one : other).add(address);
    }
    List<SocketAddress> ordered = new ArrayList<>();
    while (!one.isEmpty() || !other.isEmpty()) {
      if (!one.isEmpty()) {
        ordered.add(socketAddress(one.remove(), port));
      }
      if (!other.isEmpty()) {
        ordered.add(socketAddress(other.remove(), port));
      }
    }
    return ordered;
  }

  /** {@code 127.0.0.1:80}, {@code [::1]:80}, {@code unix:/run/app.sock}. */
  static String text(SocketAddress address) {
    return address.isDomainSocket()
        ? "unix:" + address.path()
        : text(address.hostAddress(), address.port());
  }

  static String text(String address, int port) {
    return (address.indexOf(':') >= 0 ? "[" + canonical(address) + "]" : address) + ":" + port;
  }

  /**
   * One text for one address, the short one (RFC 5952): an IPv4 address in IPv6 clothes is the IPv4
   * address.
   */
  static String canonical(String literal) {
    return NetUtil.toAddressString(address(literal));
  }

  static Failure refused(String what) {
    return new Failure(FailureKind.LOCAL, Guard.REFUSAL + what);
  }

  /** Blocks for a file's attributes. True also where they cannot be read: that is no proof. */
  static boolean isSocket(String path) {
    try {
      return Files.readAttributes(Path.of(path), BasicFileAttributes.class).isOther();
    } catch (IOException e) {
      return true;
    }
  }

  private static SocketAddress socketAddress(String literal, int port) {
    return SocketAddress.inetSocketAddress(new InetSocketAddress(address(literal), port));
  }

  private static InetAddress address(String literal) {
    try {
      // A literal is parsed, never looked up.
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(literal + " was checked to be an address", e);
    }
  }
}
