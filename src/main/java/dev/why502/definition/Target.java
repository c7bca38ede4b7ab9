package dev.why502.definition;

/**
 * What a probe is pointed at.
 *
 * @param endpoint where the target itself says to connect ({@link Request#connectTo()} may differ)
 * @param path request target with its query, "/" when the URL has none; empty for tcp and tls
 * @param text the target as it was written
 */
public record Target(Scheme scheme, Endpoint endpoint, String path, String text) {
  /** Value of the Host header (RFC 9110, 7.2): without the scheme's default port. */
  public String authority() {
    if (endpoint.socket() != null) {
      return "localhost";
    }
    return endpoint.port() == scheme.defaultPort()
        ? (endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host())
        : endpoint.text();
  }
}
