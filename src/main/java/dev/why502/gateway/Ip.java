package dev.why502.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses in numbers; no name is ever looked up. */
public final class Ip {
  private static final int MAX_V6_TEXT = 45;

  private Ip() {}

  /** Whether it is an address of either family, without brackets. */
  public static boolean literal(String text) {
    return bytes(text) != null;
  }

  public static String unbracketed(String text) {
    return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
  }

  public static boolean v4(String text) {
    int parts = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '.') {
        long value = i - from > 3 ? -1 : ByteText.number(text.substring(from, i));
        if (value < 0 || value > 255) {
          return false;
        }
        parts++;
        from = i + 1;
      }
    }
    return parts == 4;
  }

  public static boolean v6(String text) {
    if (text.indexOf(':') < 0 || text.length() > MAX_V6_TEXT) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 && ":.".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return bytes(text) != null;
  }

  /** IPv4 that is written as IPv6, {@code ::ffff:127.0.0.1}, is IPv4. */
  private static byte @Nullable [] bytes(String text) {
    // The zone of an address is no part of it.
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    if (!v4(text) && (plain.indexOf(':') < 0 || text.length() > MAX_V6_TEXT)) {
      return null;
    }
    for (int i = 0; i < plain.length(); i++) {
      if (Character.digit(plain.charAt(i), 16) < 0 && ":.".indexOf(plain.charAt(i)) < 0) {
        return null;
      }
    }
    try {
      return InetAddress.getByName(plain).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  public static boolean same(String one, String other) {
    byte[] a = bytes(one);
    byte[] b = bytes(other);
    return (a != null && b != null) ? Arrays.equals(a, b) : one.equals(other);
  }

  /** Whether it stands for every address of its family. */
  public static boolean any(String text) {
    byte[] bytes = bytes(text);
    return bytes != null && Arrays.equals(bytes, new byte[bytes.length]);
  }

  public static boolean loopback(String text) {
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

  /**
   * Whether an address lies in "10.0.0.0/8", in "10.0.0.0/255.0.0.0", or is the one written; null
   * when that is none of them.
   */
  public static @Nullable Boolean in(String network, String address) {
    int slash = network.indexOf('/');
    byte[] base = bytes(slash < 0 ? network : network.substring(0, slash));
    byte[] bytes = bytes(address);
    if (base == null || bytes == null) {
      return null;
    }
    long bits = slash < 0 ? base.length * 8L : bits(network.substring(slash + 1));
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

  private static long bits(String mask) {
    byte[] dotted = v4(mask) ? bytes(mask) : null;
    if (dotted == null) {
      return ByteText.number(mask);
    }
    int bits = 0;
    for (byte each : dotted) {
      bits += Integer.bitCount(each & 0xff);
    }
    return bits;
  }
}
