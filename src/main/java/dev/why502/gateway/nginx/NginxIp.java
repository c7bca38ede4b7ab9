package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses in numbers; no name is ever looked up. */
final class NginxIp {
  private static final int MAX_V4_TEXT = 45;

  private NginxIp() {}

  static boolean v4(String text) {
    int parts = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '.') {
        long value = i - from > 3 ? NginxUnits.INVALID : ByteText.number(text.substring(from, i));
        if (value < 0 || value > 255) {
          return false;
        }
        parts++;
        from = i + 1;
      }
    }
    return parts == 4;
  }

  /**
   * What nginx takes a host for: it lets an octet be empty or begin with any zeros, so that
   * "127...1" is 127.0.0.1 (ngx_inet.c, ngx_inet_addr). Another text comes back as it is.
   */
  static String read(String host) {
    if (v4(host) || host.isEmpty() || host.length() > MAX_V4_TEXT) {
      return host;
    }
    int[] octets = new int[4];
    int at = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.' && at < 3) {
        at++;
      } else if (c >= '0' && c <= '9' && octets[at] <= 255) {
        octets[at] = octets[at] * 10 + c - '0';
      } else {
        return host;
      }
    }
    for (int octet : octets) {
      if (octet > 255) {
        return host;
      }
    }
    return at < 3 ? host : octets[0] + "." + octets[1] + "." + octets[2] + "." + octets[3];
  }

  static boolean v6(String text) {
    if (text.indexOf(':') < 0 || text.length() > 45) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 && ":.".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return bytes(text) != null;
  }

  static byte @Nullable [] bytes(String text) {
    if (!v4(text) && (text.indexOf(':') < 0 || text.length() > 45)) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 && ":.".indexOf(text.charAt(i)) < 0) {
        return null;
      }
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean same(String one, String other) {
    byte[] a = bytes(one);
    byte[] b = bytes(other);
    return (a != null && b != null) ? Arrays.equals(a, b) : one.equals(other);
  }

  static boolean loopback(String text) {
    byte[] bytes = bytes(text);
    if (bytes == null) {
      return false;
    }
    if (bytes.length == 4) {
      return bytes[0] == 127;
    }
    for (int i = 0; i < 15; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[15] == 1;
  }

  /** Whether an address lies in "10.0.0.0/8" or is the one written; null when that is neither. */
  static @Nullable Boolean in(String network, String address) {
    int slash = network.indexOf('/');
    byte[] base = bytes(slash < 0 ? network : network.substring(0, slash));
    byte[] bytes = bytes(address);
    if (base == null || bytes == null) {
      return null;
    }
    long bits = slash < 0 ? base.length * 8L : ByteText.number(network.substring(slash + 1));
    if (bits < 0 || bits > base.length * 8L) {
      return null;
    }
    if (base.length != bytes.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i & 7);
      if ((base[i >> 3] & mask) != (bytes[i >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }
}
