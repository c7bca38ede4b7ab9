package dev.why502.gateway.caddy;

import java.util.List;

/**
 * What one directive comes to.
 *
 * @param directive its name; handle_path counts as handle
 * @param routes one, or several that stay together
 * @param together whether they are a unit that is not sorted by paths
 */
record CaddyValue(String directive, List<CaddyNode> routes, boolean together) {
  CaddyNode route() {
    return routes.get(0);
  }
}
