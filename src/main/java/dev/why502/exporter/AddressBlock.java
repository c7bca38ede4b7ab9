package dev.why502.exporter;

import io.netty.util.NetUtil;
import java.util.Arrays;

/**
 * What kind of place an IP address is (IANA's special-purpose address registries, RFC 6890). An
 * IPv4 address in IPv6 clothes is what it is inside, however it is dressed: mapped, compatible,
 * translated (RFC 6052), 6to4.
 */
enum AddressBlock {
  PUBLIC,
  PRIVATE,
  LOOPBACK,
  LINK_LOCAL,
  /** Unspecified, multicast, broadcast, reserved: nothing that a connection is made to. */
  NOWHERE;

  private static final byte[] TRANSLATED = {0, 0x64, (byte) 0xff, (byte) 0x9b};

  /**
   * The block of an address.
   *
   * @param address an IP address as text; NOWHERE if it is none
   */
  static AddressBlock of(String address) {
    byte[] bytes =
        address.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      return NOWHERE;
    }
    return bytes.length == 4 ? four(bytes) : six(bytes);
  }

  private static AddressBlock four(byte[] a) {
    int first = a[0] & 0xff;
    int second = a[1] & 0xff;
    if (first == 127) {
      return LOOPBACK;
    }
    if (first == 0 || first >= 224) {
      return NOWHERE;
    }
    if (first == 169 && second == 254) {
      return LINK_LOCAL;
    }
    boolean documentation =
        (first == 192 && second == 0 && a[2] == 2)
            || (first == 198 && second == 51 && a[2] == 100)
            || (first == 203 && second == 0 && a[2] == 113);
    boolean closed =
        first == 10
            || (first == 172 && (second & 0xf0) == 16)
            || (first == 192 && second == 168)
            // Carriers' and providers' own (RFC 6598), protocol assignments, benchmarks.
            || (first == 100 && (second & 0xc0) == 64)
            || (first == 192 && second == 0 && a[2] == 0)
            || (first == 198 && (second & 0xfe) == 18);
    return closed || documentation ? PRIVATE : PUBLIC;
  }

  private static AddressBlock six(byte[] a) {
    if (zero(a, 0, 10) && (zero(a, 10, 12) || ((a[10] & a[11]) & 0xff) == 0xff)) {
      if (zero(a, 10, 15) && (a[15] == 0 || a[15] == 1)) {
        return a[15] == 1 ? LOOPBACK : NOWHERE;
      }
      return four(Arrays.copyOfRange(a, 12, 16));
    }
    if (Arrays.equals(a, 0, 4, TRANSLATED, 0, 4)) {
      // 64:ff9b:1::/48 may hold the address anywhere (RFC 8215): taken for the worst.
      return zero(a, 4, 12) ? four(Arrays.copyOfRange(a, 12, 16)) : PRIVATE;
    }
    if (a[0] == 0x20 && a[1] == 0x02) {
      return four(Arrays.copyOfRange(a, 2, 6));
    }
    int first = a[0] & 0xff;
    int second = a[1] & 0xff;
    if (first == 0xff) {
      return NOWHERE;
    }
    if (first == 0xfe && (second & 0xc0) == 0x80) {
      return LINK_LOCAL;
    }
    boolean global = (first & 0xe0) == 0x20;
    // Teredo, ORCHID and the like; documentation.
    boolean assigned = first == 0x20 && second == 1 && (a[2] & 0xfe) == 0;
    boolean documentation = first == 0x20 && second == 1 && a[2] == 0x0d && (a[3] & 0xff) == 0xb8;
    return global && !assigned && !documentation ? PUBLIC : PRIVATE;
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
