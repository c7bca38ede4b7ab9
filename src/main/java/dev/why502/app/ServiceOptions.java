package dev.why502.app;

import dev.why502.store.StoreLocation;
import dev.why502.web.WebOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run} was told.
 *
 * @param store where to remember, or null for nowhere
 * @param data directory for files of our own
 * @param allowRemedies whether programs may be run
 */
record ServiceOptions(
    Path definitions,
    WebOptions web,
    @Nullable StoreLocation store,
    Path data,
    boolean allowRemedies) {
  /** Of a service that keeps nothing and repairs nothing. */
  ServiceOptions(Path definitions, WebOptions web) {
    this(definitions, web, null, definitions.resolveSibling("data"), false);
  }

  /** Where people find the page, as far as it is known before the port is bound. */
  @Nullable String page() {
    if (web.publicUrl() != null || web.port() == 0) {
      return web.publicUrl();
    }
    String host =
        web.host().equals("0.0.0.0") || web.host().equals("::") ? "127.0.0.1" : web.host();
    return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + web.port() + "/";
  }
}
