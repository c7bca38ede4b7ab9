package dev.why502.gateway.caddy;

import java.util.List;
import java.util.Objects;

/**
 * One server of the configuration.
 *
 * @param tls whether it speaks TLS on ports other than the plain one
 * @param redirects whether it exists only to lead plain requests to HTTPS
 */
record CaddyServer(
    String name, CaddyNode node, List<CaddyListen> listens, boolean tls, boolean redirects) {
  static List<CaddyListen> listens(CaddyNode node) {
    return node.texts("listen").stream().map(CaddyListen::parse).filter(Objects::nonNull).toList();
  }
}
