package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/**
 * Where httpd listens.
 *
 * @param address numeric, or null for all
 * @param protocol "http" or "https"
 */
record ApacheListen(
    @Nullable String address, int port, String protocol, ApacheDirective directive) {

  static @Nullable ApacheListen of(ApacheDirective directive) {
    ApacheAddress address = ApacheAddress.parse(directive.arg(0), 0);
    if (address == null || address.port() == 0) {
      return null;
    }
    String host = address.host();
    boolean any = host.isEmpty() || host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
    String protocol = ByteText.lower(directive.arg(1));
    return new ApacheListen(
        any ? null : host,
        address.port(),
        protocol.isEmpty() ? (address.port() == 443 ? "https" : "http") : protocol,
        directive);
  }

  boolean takes(@Nullable String connected, int connectedPort) {
    return port == connectedPort
        && (address == null || connected == null || Ip.same(address, connected));
  }
}
