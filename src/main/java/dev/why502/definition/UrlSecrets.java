package dev.why502.definition;

import java.util.regex.Pattern;

/**
 * What is a secret in a URL although nobody declared it: user information, and the values of query
 * keys that are named after what they hold. Peers and logs repeat such URLs.
 */
final class UrlSecrets {
  /** Bounded, so that no text of a peer makes the search go back and forth. */
  private static final Pattern USER = Pattern.compile("://[^/?#@\\s\"'<>\\\\]{1,512}@");

  private static final Pattern VALUE =
      Pattern.compile(
          "([?&;](?:access_token|refresh_token|id_token|token|api_?key|key|client_secret|secret"
              + "|password|passwd|pwd|signature|sig)=)[^&;#\\s\"'<>\\\\,)]{1,4096}",
          Pattern.CASE_INSENSITIVE);

  private UrlSecrets() {}

  static String mask(String text) {
    String masked = text;
    if (masked.indexOf('@') >= 0 && masked.contains("://")) {
      masked = USER.matcher(masked).replaceAll("://***@");
    }
    if (masked.indexOf('=') >= 0 && (masked.indexOf('?') >= 0 || masked.indexOf('&') >= 0)) {
      masked = VALUE.matcher(masked).replaceAll("$1***");
    }
    return masked;
  }
}
