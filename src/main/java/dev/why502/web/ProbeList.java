package dev.why502.web;

import dev.why502.bus.JsonText;
import dev.why502.bus.Latest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;

/** One page of the declared probes, as long as a reply of the bus may be. */
final class ProbeList {
  /** Around the list: brackets and the longest token. */
  private static final int MARGIN = 2048;

  private ProbeList() {}

  static String page(Probes probes, Paging paging) {
    StringBuilder list = new StringBuilder();
    String last = null;
    boolean more = false;
    try (Stream<JsonObject> wanted = wanted(probes, paging)) {
      Iterator<JsonObject> each = wanted.iterator();
      long room = Latest.MAX_REPLY - MARGIN;
      for (int taken = 0; each.hasNext() && !more; taken++) {
        JsonObject probe = each.next();
        String text = JsonText.of(probe);
        room -= text.getBytes(StandardCharsets.UTF_8).length + 1;
        more = taken == paging.limit() || (room < 0 && last != null);
        if (!more) {
          list.append(last == null ? "" : ",").append(text);
          last = probe.getString("id");
        }
      }
    }
    String next = more ? ",\"next\":\"" + last + '"' : "";
    return "{\"probes\":[" + list + "]" + next + "}";
  }

  private static Stream<JsonObject> wanted(Probes probes, Paging paging) {
    return paging.probe() == null
        ? probes.after(paging.after())
        : Stream.ofNullable(probes.one(paging.probe()));
  }
}
