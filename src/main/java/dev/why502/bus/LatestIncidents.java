package dev.why502.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What was said last of each incident: those that last, and the latest that are over. */
final class LatestIncidents {
  /** Incidents that are over and are listed all the same. */
  static final int MAX_RESOLVED = 1_000;

  /** By id, the latest first: ids rise with time. */
  private final ConcurrentNavigableMap<String, Known> known =
      new ConcurrentSkipListMap<>(Collections.reverseOrder());

  private record Known(JsonObject body, Set<String> probes) {
    boolean over() {
      return "resolved".equals(body.getString("state"));
    }
  }

  /**
   * @param probes all that it befell
   */
  void put(JsonObject body, Collection<String> probes) {
    known.put(body.getString("id"), new Known(body, Set.copyOf(probes)));
    if (known.size() > MAX_RESOLVED) {
      thin();
    }
  }

  private void thin() {
    int over = (int) known.values().stream().filter(Known::over).count();
    Iterator<Known> eldest = known.descendingMap().values().iterator();
    while (over > MAX_RESOLVED && eldest.hasNext()) {
      if (eldest.next().over()) {
        eldest.remove();
        over--;
      }
    }
  }

  /** How many last. */
  int open() {
    return (int) known.values().stream().filter(one -> !one.over()).count();
  }

  /** The incidents that the query asks for, the latest first, as many as fit. */
  JsonObject page(Query query, int room) {
    JsonArray page = new JsonArray();
    JsonObject reply = new JsonObject().put("incidents", page);
    Spoken spoken = Spoken.in(query.language());
    int left = room;
    String last = null;
    for (Map.Entry<String, Known> entry : chosen(query).entrySet()) {
      Known one = entry.getValue();
      if (query.probe() != null && !one.probes().contains(query.probe())) {
        continue;
      }
      JsonObject body = spoken.incident(one.body());
      int length = length(body);
      if (length > room) {
        body = withoutEvidence(body);
        length = length(body);
      }
      left -= length + 1;
      if (page.size() == query.limit() || (left < 0 && last != null)) {
        return reply.put("next", last);
      }
      page.add(body);
      last = entry.getKey();
    }
    return reply;
  }

  private NavigableMap<String, Known> chosen(Query query) {
    if (query.id() != null) {
      return known.subMap(query.id(), true, query.id(), true);
    }
    return query.after() == null ? known : known.tailMap(query.after(), false);
  }

  private static int length(JsonObject body) {
    return JsonText.of(body).getBytes(StandardCharsets.UTF_8).length;
  }

  /** One that no reply has room for still says what it is. */
  private static JsonObject withoutEvidence(JsonObject body) {
    JsonObject copy = body.copy();
    @Nullable JsonObject verdict = copy.getJsonObject("verdict");
    if (verdict != null) {
      verdict.put("evidence", new JsonArray());
    }
    return copy;
  }
}
