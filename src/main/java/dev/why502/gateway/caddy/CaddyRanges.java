package dev.why502.gateway.caddy;

import io.netty.util.NetUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Networks as {@code 10.0.0.0/8}. */
final class CaddyRanges {
  private CaddyRanges() {}

  /** Null when the client's address is not known. */
  static @Nullable Boolean in(List<String> ranges, @Nullable String client) {
    byte[] address = client == null ? null : NetUtil.createByteArrayFromIpAddressString(client);
    if (address == null) {
      return null;
    }
    boolean unknown = false;
    for (String range : ranges) {
      Boolean fits = in(range, address);
      if (Boolean.TRUE.equals(fits)) {
        return true;
      }
      unknown |= fits == null;
    }
    return unknown ? null : Boolean.FALSE;
  }

  private static @Nullable Boolean in(String range, byte[] address) {
    int slash = range.indexOf('/');
    byte[] network =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? range : range.substring(0, slash));
    if (network == null) {
      return null;
    }
    if (network.length != address.length) {
      return false;
    }
    long bits = slash < 0 ? network.length * 8L : CaddyUnits.number(range.substring(slash + 1), -1);
    if (bits < 0 || bits > network.length * 8L) {
      return null;
    }
    for (int i = 0; i < bits; i++) {
      int shift = 7 - i % 8;
      if (((network[i / 8] >> shift) & 1) != ((address[i / 8] >> shift) & 1)) {
        return false;
      }
    }
    return true;
  }
}
