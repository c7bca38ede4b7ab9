package dev.why502.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent.
 *
 * @param connectTo connect there and keep the target's Host and SNI, or null
 * @param ca path of a PEM file with the authorities to trust instead of the system's, or null
 * @param httpVersion "1.0", "1.1" or "2"
 */
public record Request(
    String method,
    List<Header> headers,
    @Nullable String body,
    @Nullable Endpoint connectTo,
    boolean followRedirects,
    boolean insecure,
    @Nullable String ca,
    String httpVersion) {
  public static final Request GET =
      new Request("GET", List.of(), null, null, false, false, null, "1.1");

  public Request {
    headers = List.copyOf(headers);
  }

  /** Whether sending it once more changes nothing (RFC 9110, 9.2.1). */
  public boolean safe() {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  /** One header line, as sent or as received. */
  public record Header(String name, String value) {}
}
