package dev.why502.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Set;

/**
 * Text of configurations and of requests. The programs work on bytes, so everything is held with
 * one character per byte (ISO 8859-1) until it is shown.
 */
public final class ByteText {
  /** Most characters of a line or a note that are shown. */
  public static final int MAX_SHOWN = 512;

  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "apikey");

  private ByteText() {}

  public static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  public static String shown(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 127) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
      }
    }
    return bytes;
  }

  public static String bounded(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** A plain decimal number without sign, or -1. */
  public static long number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /** Whether the value of a header is nobody's business. */
  public static boolean secretHeader(String name) {
    String lower = lower(name);
    return SECRET_HEADERS.contains(lower)
        || lower.contains("token")
        || lower.contains("secret")
        || lower.contains("password")
        || lower.contains("api-key")
        || lower.contains("apikey");
  }
}
