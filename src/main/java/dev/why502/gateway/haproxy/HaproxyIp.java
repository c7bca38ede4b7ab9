package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import io.netty.util.NetUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses in numbers; no name is ever looked up. */
final class HaproxyIp {
  private HaproxyIp() {}

  static boolean literal(String text) {
    return bytes(text) != null;
  }

  static byte @Nullable [] bytes(String text) {
    return text.length() > 45 || text.isEmpty()
        ? null
        : NetUtil.createByteArrayFromIpAddressString(text);
  }

  static boolean same(String one, String other) {
    byte[] a = bytes(one);
    byte[] b = bytes(other);
    return (a != null && b != null) ? Arrays.equals(a, b) : one.equals(other);
  }

  static boolean v6(String text) {
    byte[] bytes = bytes(text);
    return bytes != null && bytes.length == 16;
  }

  static boolean any(String text) {
    byte[] bytes = bytes(text);
    if (bytes == null) {
      return false;
    }
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
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
    long bits = base.length * 8L;
    if (slash >= 0) {
      String mask = network.substring(slash + 1);
      byte[] dotted = bytes(mask);
      bits = dotted == null ? ByteText.number(mask) : ones(dotted);
    }
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

  private static long ones(byte[] mask) {
    long bits = 0;
    for (byte each : mask) {
      bits += Integer.bitCount(each & 0xff);
    }
    return bits;
  }
}
