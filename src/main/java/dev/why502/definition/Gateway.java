package dev.why502.definition;

import org.jspecify.annotations.Nullable;

/**
 * A reverse proxy. Every optional part that is present adds evidence.
 *
 * @param config path of its main configuration file, or null
 * @param errorLog path, or null
 * @param accessLog path, or null
 * @param admin URL or socket of its administration interface, or null
 */
public record Gateway(
    String id,
    Kind kind,
    @Nullable String config,
    @Nullable String errorLog,
    @Nullable String accessLog,
    @Nullable String admin) {
  public enum Kind {
    NGINX,
    HAPROXY,
    APACHE,
    CADDY,
    OTHER
  }
}
