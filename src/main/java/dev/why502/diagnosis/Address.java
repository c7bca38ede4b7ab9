package dev.why502.diagnosis;

import org.jspecify.annotations.Nullable;

/**
 * Addresses in the text form of the evidence: {@code 127.0.0.1:3001}, {@code [::1]:80}, {@code
 * unix:/p}.
 */
final class Address {
  private Address() {}

  static boolean unix(String address) {
    return address.startsWith("unix:");
  }

  static String host(String address) {
    if (unix(address)) {
      return "";
    }
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  static int port(String address) {
    if (unix(address)) {
      return 0;
    }
    int colon = address.lastIndexOf(':');
    try {
      return Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  static boolean loopback(String host) {
    return host.startsWith("127.") || host.equals("::1") || host.equals("localhost");
  }

  static boolean same(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return false;
    }
    if (unix(one) && unix(other)) {
      // nginx writes no colon between the socket's path and the URI where proxy_pass has no URI.
      return one.equals(other) || one.startsWith(other + "/") || other.startsWith(one + "/");
    }
    return canonical(one).equals(canonical(other));
  }

  /** A socket that listens on any address takes what is sent to each. */
  static boolean covers(String listening, @Nullable Boolean both, String host) {
    if (listening.equals(host)) {
      return true;
    }
    boolean six = host.indexOf(':') >= 0;
    if (listening.equals("0.0.0.0")) {
      return !six;
    }
    if (listening.equals("::")) {
      return six || !Boolean.FALSE.equals(both);
    }
    return listening.equals("::ffff:" + host);
  }

  private static String canonical(String address) {
    if (address.startsWith("localhost:")) {
      return "127.0.0.1" + address.substring("localhost".length());
    }
    return address;
  }

  /** A host without its port, as it stands in TLS (RFC 6066, 3). */
  static String nameOnly(String host) {
    int colon = host.indexOf(':', Math.max(0, host.indexOf(']')));
    return colon < 0 ? host : host.substring(0, colon);
  }
}
