package dev.why502.probe;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whether a certificate is for a host (RFC 9525). */
final class HostNames {
  private HostNames() {}

  /**
   * @param names subject alternative names of the certificate, DNS and IP
   * @param host a name, or an IP literal without brackets
   */
  static boolean match(List<String> names, String host) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address != null) {
      return names.stream()
          .map(NetUtil::createByteArrayFromIpAddressString)
          .anyMatch(one -> one != null && Arrays.equals(one, address));
    }
    String wanted = plain(host);
    return names.stream().anyMatch(name -> matches(plain(name), wanted));
  }

  private static boolean matches(String name, String host) {
    if (!name.startsWith("*.")) {
      return name.equals(host);
    }
    // The wildcard is one whole label, the leftmost, and at least two labels follow it.
    int dot = host.indexOf('.');
    String parent = name.substring(2);
    return dot > 0 && parent.indexOf('.') > 0 && host.substring(dot + 1).equals(parent);
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
