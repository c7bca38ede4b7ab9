package dev.why502.gateway.haproxy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A section of a configuration.
 *
 * @param kind "global", "defaults", "frontend", "backend", "listen", "resolvers", ...
 * @param name "" for one without
 * @param header the line that begins it
 * @param defaults the defaults section that it takes its settings from, or null
 */
record HaproxySection(
    String kind,
    String name,
    HaproxyLine header,
    @Nullable HaproxySection defaults,
    List<HaproxyLine> lines) {
  boolean proxy() {
    return kind.equals("frontend") || kind.equals("backend") || kind.equals("listen");
  }
}
