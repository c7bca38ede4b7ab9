package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.gateway.ByteText;
import java.util.List;

/**
 * A site, the global options (no keys) or a named route.
 *
 * @param start its first word
 * @param keys site addresses
 * @param named whether it is a named route, {@code &(name)}
 */
record CaddyBlock(
    CaddyToken start,
    List<CaddyToken> keys,
    boolean braces,
    boolean named,
    List<CaddyDirective> directives) {
  CaddyBlock {
    keys = List.copyOf(keys);
    directives = List.copyOf(directives);
  }

  Place place() {
    StringBuilder text = new StringBuilder();
    for (CaddyToken key : keys) {
      text.append(text.length() == 0 ? "" : ", ").append(key.text());
    }
    if (braces) {
      text.append(text.length() == 0 ? "{" : " {");
    }
    return new Place(
        start.file().path(),
        start.line(),
        ByteText.bounded(text.toString()),
        start.file().sha256());
  }
}
