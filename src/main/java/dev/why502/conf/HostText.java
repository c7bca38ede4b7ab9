package dev.why502.conf;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.util.Arrays;
import java.util.Locale;

/** Host names and addresses, in the form in which they are resolved and sent. */
final class HostText {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  /** Characters that IDNA 2003 (Java's) and IDNA 2008 map to different names (UTS 46, 1.3.1). */
  private static final String DEVIATIONS = "\u00df\u03c2\u200c\u200d";

  private HostText() {}

  /** Accepts an IPv6 address only in brackets; returns it without them. */
  static Parsed<String> parse(String text) {
    if (text.startsWith("[")) {
      if (!text.endsWith("]")) {
        return Parsed.not("has an unclosed \"[\"");
      }
      // RFC 6874 writes the zone's "%" as "%25".
      String address = text.substring(1, text.length() - 1).replace("%25", "%");
      return NetUtil.isValidIpV6Address(address)
          ? Parsed.of(address.toLowerCase(Locale.ROOT))
          : Parsed.not("has no valid IPv6 address in its brackets");
    }
    if (text.isEmpty()) {
      return Parsed.not("names no host");
    }
    if (text.indexOf(':') >= 0) {
      return Parsed.not("needs brackets around its IPv6 address, such as [::1]");
    }
    return ascii(text).then(HostText::checked);
  }

  private static Parsed<String> ascii(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return Parsed.of(text.toLowerCase(Locale.ROOT));
    }
    if (text.chars().anyMatch(c -> DEVIATIONS.indexOf(c) >= 0)) {
      return Parsed.not(
          "has a host name that old and new IDNA translate differently; write its xn-- form");
    }
    try {
      return Parsed.of(IDN.toASCII(text).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Parsed.not("has a host name that cannot be translated to ASCII (IDNA)");
    }
  }

  private static Parsed<String> checked(String name) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    String[] labels = plain.split("\\.", -1);
    for (String label : labels) {
      if (!isLabel(label)) {
        return Parsed.not("has a host that is not a valid name or address");
      }
    }
    // As browsers do: a name that ends in a number is an IPv4 address or nothing.
    String last = labels[labels.length - 1];
    boolean numeric = last.chars().allMatch(c -> c >= '0' && c <= '9') || last.startsWith("0x");
    if (numeric && !isIpV4(labels)) {
      return Parsed.not("has a host that is not a valid IPv4 address of four decimal numbers");
    }
    return plain.length() > LONGEST_NAME
        ? Parsed.not("has a host name of more than " + LONGEST_NAME + " characters")
        : Parsed.of(name);
  }

  /** A leading zero is octal to some and decimal to others, and so an address to nobody. */
  private static boolean isIpV4(String[] labels) {
    return NetUtil.isValidIpV4Address(String.join(".", labels))
        && Arrays.stream(labels).noneMatch(label -> label.length() > 1 && label.startsWith("0"));
  }

  /** Letters, digits, hyphen, and the underscore that container networks give their names. */
  private static boolean isLabel(String label) {
    return !label.isEmpty()
        && label.length() <= LONGEST_LABEL
        && label
            .chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_');
  }
}
