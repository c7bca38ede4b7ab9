package dev.why502.gateway.caddy;

import dev.why502.gateway.Ip;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Networks as {@code 10.0.0.0/8}. */
final class CaddyRanges {
  private CaddyRanges() {}

  /** Null when the client's address is not known. */
  static @Nullable Boolean in(List<String> ranges, @Nullable String client) {
    if (client == null || !Ip.literal(client)) {
      return null;
    }
    boolean unknown = false;
    for (String range : ranges) {
      Boolean fits = Ip.in(range, client);
      if (Boolean.TRUE.equals(fits)) {
        return true;
      }
      unknown |= fits == null;
    }
    return unknown ? null : Boolean.FALSE;
  }
}
