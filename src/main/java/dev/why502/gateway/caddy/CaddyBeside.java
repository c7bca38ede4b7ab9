package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.gateway.ByteText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the block of a reverse_proxy, and what on the way to it made another path of the
 * request's: see {@link dev.why502.evidence.Route.Pass#beside()}.
 */
final class CaddyBeside {
  /** Lines that make another path of the request's. */
  static final List<String> REWRITING =
      List.of("handle_path", "uri strip_prefix", "uri replace", "rewrite");

  private static final int MAX_LINES = 64;

  private CaddyBeside() {}

  /** The lines of a reverse_proxy's block and of the transport in it. */
  static Map<String, Place> within(CaddyDirective proxy) {
    Map<String, Place> beside = new HashMap<>();
    for (CaddyDirective each : proxy.children()) {
      put(beside, each);
      if (each.name().equals("transport")) {
        each.children().forEach(child -> put(beside, child));
      }
    }
    return beside;
  }

  private static void put(Map<String, Place> beside, CaddyDirective each) {
    String key = each.name().toLowerCase(Locale.ROOT);
    if (key.equals("header_up")) {
      String field = each.arg(0);
      // A field that is added, set by default or searched through is not this line's alone.
      if (field.startsWith("+") || field.startsWith("?") || each.args().size() > 2) {
        return;
      }
      key += " " + ByteText.lower(field.startsWith("-") ? field.substring(1) : field);
    }
    if (beside.size() < MAX_LINES) {
      beside.put(key, each.place());
    }
  }

  /**
   * The name of a line that makes another path of the request's; null for what was written as none.
   */
  static @Nullable String rewriting(@Nullable Place place) {
    String text = place == null ? "" : place.text();
    return REWRITING.stream().filter(name -> text.startsWith(name + " ")).findFirst().orElse(null);
  }
}
