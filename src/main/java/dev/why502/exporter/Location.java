package dev.why502.exporter;

import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a redirect leads (RFC 9110, 10.2.2). */
final class Location {
  private Location() {}

  /** Null where the location is none that HTTP can follow. */
  static @Nullable Target of(Target from, String location, Function<String, Spelling> spelling) {
    String plain = location.split("#", 2)[0].strip().replace(" ", "%20");
    String scheme = from.scheme().tls() ? "https:" : "http:";
    String origin = scheme + "//" + from.authority();
    String url;
    if (plain.regionMatches(true, 0, "http:", 0, 5)
        || plain.regionMatches(true, 0, "https:", 0, 6)) {
      url = plain;
    } else if (plain.startsWith("//")) {
      url = scheme + plain;
    } else if (plain.startsWith("/")) {
      url = origin + plain;
    } else {
      String path = relative(from.path(), plain);
      url = path == null ? "" : origin + path;
    }
    Target to = spelling.apply(url).target();
    return to != null && (to.scheme() == Scheme.HTTP || to.scheme() == Scheme.HTTPS) ? to : null;
  }

  private static @Nullable String relative(String base, String reference) {
    try {
      URI resolved = new URI("http://h" + base).resolve(new URI(reference));
      if (resolved.isOpaque() || !"h".equals(resolved.getRawAuthority())) {
        return null;
      }
      String query = resolved.getRawQuery();
      return resolved.getRawPath() + (query == null ? "" : "?" + query);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
