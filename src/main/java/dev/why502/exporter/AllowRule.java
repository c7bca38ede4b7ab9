package dev.why502.exporter;

import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code probe.allow}: a host glob, an address or a range, each with a port or any.
 */
final class AllowRule {
  /** Lower-case host name in which a star stands for anything; null for addresses. */
  private final @Nullable String glob;

  /** First address of a range; null for a glob. */
  private final byte @Nullable [] network;

  /** Bits of the network that count. */
  private final int prefix;

  /** 0 for any. */
  private final int port;

  private AllowRule(@Nullable String glob, byte @Nullable [] network, int prefix, int port) {
    this.glob = glob;
    this.network = network;
    this.prefix = prefix;
    this.port = port;
  }

  /** Of a text that the definitions' reader has accepted. */
  static AllowRule parse(String text) {
    String host = text;
    int port = 0;
    int colon = text.lastIndexOf(':');
    boolean bareSix = text.indexOf(':') != colon && !text.startsWith("[");
    if (colon > text.lastIndexOf(']') && !bareSix) {
      String given = text.substring(colon + 1);
      port = given.equals("*") ? 0 : Integer.parseInt(given);
      host = text.substring(0, colon);
    }
    int slash = host.indexOf('/');
    String address = slash < 0 ? host : host.substring(0, slash);
    String plain =
        address.startsWith("[") && address.endsWith("]")
            ? address.substring(1, address.length() - 1)
            : address;
    byte[] bytes = unmapped(NetUtil.createByteArrayFromIpAddressString(plain));
    if (bytes == null) {
      return new AllowRule(host.toLowerCase(Locale.ROOT), null, 0, port);
    }
    int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(host.substring(slash + 1));
    boolean mapped = bytes.length == 4 && plain.indexOf(':') >= 0;
    return new AllowRule(null, bytes, mapped && slash >= 0 ? Math.max(0, bits - 96) : bits, port);
  }

  /** Whether a host name, or a public address as text, is covered by a glob. */
  boolean takesName(String host, int toPort) {
    return glob != null && takesPort(toPort) && matches(glob, host);
  }

  /** Whether an address lies in the range. */
  boolean takesAddress(String address, int toPort) {
    byte[] bytes = unmapped(NetUtil.createByteArrayFromIpAddressString(address));
    return network != null
        && bytes != null
        && bytes.length == network.length
        && takesPort(toPort)
        && sameBits(network, bytes, prefix);
  }

  /**
   * Whether the range lies within special addresses: whoever permits {@code 0.0.0.0/0} means the
   * Internet and not the loopback interface.
   */
  boolean special() {
    if (network == null) {
      return false;
    }
    byte[] last = network.clone();
    byte[] first = network.clone();
    for (int bit = prefix; bit < network.length * 8; bit++) {
      int mask = 0x80 >> (bit % 8);
      first[bit / 8] &= (byte) ~mask;
      last[bit / 8] |= (byte) mask;
    }
    AddressBlock block = AddressBlock.of(NetUtil.bytesToIpAddress(first));
    // Blocks are not nested, and none that may be connected to is wider than these.
    return prefix >= (network.length == 4 ? 8 : 7)
        && block != AddressBlock.PUBLIC
        && block == AddressBlock.of(NetUtil.bytesToIpAddress(last));
  }

  private boolean takesPort(int toPort) {
    return port == 0 || port == toPort;
  }

  private static byte @Nullable [] unmapped(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length != 16) {
      return bytes;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return bytes;
      }
    }
    boolean mapped = (bytes[10] & 0xff) == 0xff && (bytes[11] & 0xff) == 0xff;
    return mapped ? java.util.Arrays.copyOfRange(bytes, 12, 16) : bytes;
  }

  private static boolean sameBits(byte[] a, byte[] b, int bits) {
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((a[whole] ^ b[whole]) & 0xff) >> (8 - rest) == 0;
  }

  /** Greedy with one step back: linear in the host for each star. */
  private static boolean matches(String glob, String host) {
    int at = 0;
    int in = 0;
    int star = -1;
    int mark = 0;
    while (in < host.length()) {
      if (at < glob.length() && glob.charAt(at) == '*') {
        star = at++;
        mark = in;
      } else if (at < glob.length() && glob.charAt(at) == host.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++mark;
      } else {
        return false;
      }
    }
    while (at < glob.length() && glob.charAt(at) == '*') {
      at++;
    }
    return at == glob.length();
  }
}
