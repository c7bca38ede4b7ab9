package dev.why502.conf;

import io.netty.util.NetUtil;

/**
 * What {@code /probe} may be pointed at: a host name in which {@code *} stands for anything, an
 * address or a CIDR range, each with an optional port or {@code *} for any.
 */
final class AllowText {
  private AllowText() {}

  static Parsed<String> parse(String text) {
    String host = text;
    int colon = text.lastIndexOf(':');
    // More than one colon outside brackets is an IPv6 address without a port.
    boolean bare = text.indexOf(':') != colon && !text.startsWith("[");
    if (colon > text.lastIndexOf(']') && !bare) {
      String port = text.substring(colon + 1);
      if (!port.equals("*") && EndpointText.port(port) == null) {
        return Parsed.not("has a port that is neither \"*\" nor a number from 1 to 65535");
      }
      host = text.substring(0, colon);
    }
    return isHost(host)
        ? Parsed.of(text)
        : Parsed.not(
            "is not a host such as \"*.example.com\", \"10.0.0.0/8:443\", \"[fd00::]/8\" or"
                + " \"127.0.0.1:*\"");
  }

  private static boolean isHost(String host) {
    int slash = host.indexOf('/');
    String address = slash < 0 ? host : host.substring(0, slash);
    String plain =
        address.startsWith("[") && address.endsWith("]")
            ? address.substring(1, address.length() - 1)
            : address;
    boolean v6 = NetUtil.isValidIpV6Address(plain) && plain.indexOf('%') < 0;
    if (slash >= 0) {
      boolean v4 = NetUtil.isValidIpV4Address(address);
      return (v4 && isLength(host.substring(slash + 1), 32))
          || (v6 && isLength(host.substring(slash + 1), 128));
    }
    // A glob is a name once its stars are taken for letters.
    return v6 || HostText.parse(host.replace('*', 'x')).value() != null;
  }

  private static boolean isLength(String text, int most) {
    return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= most;
  }
}
