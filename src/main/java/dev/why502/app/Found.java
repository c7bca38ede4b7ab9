package dev.why502.app;

import dev.why502.definition.Gateway;
import org.jspecify.annotations.Nullable;

/**
 * What was found of the gateway that answers at an address.
 *
 * @param kind null when none was found
 * @param pid 0 when it does not run
 * @param config its main configuration file, or null when that is not known
 * @param errorLog a file that it writes its errors to besides those its configuration names, or
 *     null
 * @param arrival address of this host where the requests come in, {@code ip:port}, where they are
 *     sent to another one; null else
 * @param doubt whether it is the one that answers, in words; null when there is none
 * @param told how it was found, or why not, in words
 */
record Found(
    Gateway.@Nullable Kind kind,
    int pid,
    @Nullable String config,
    @Nullable String errorLog,
    @Nullable String arrival,
    @Nullable String doubt,
    String told) {
  static Found nothing(String why) {
    return new Found(null, 0, null, null, null, null, why);
  }

  /** The gateway with what was found put where its definition names nothing. */
  Gateway in(Gateway named) {
    if (kind != named.kind()) {
      return named;
    }
    return new Gateway(
        named.id(),
        named.kind(),
        named.config() == null ? config : named.config(),
        named.errorLog() == null ? errorLog : named.errorLog(),
        named.accessLog(),
        named.admin());
  }
}
