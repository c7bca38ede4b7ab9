package dev.why502.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LatestIncidentsTest {
  private static final int ROOM = 200_000;

  private final LatestIncidents incidents = new LatestIncidents();

  @Test
  void pagesLeadFromTheLatestToTheFirst() {
    // Given
    for (int i = 0; i < 25; i++) {
      incidents.put(incident(i, i < 20 ? "resolved" : "open"), List.of("p" + i));
    }

    // When
    List<String> ids = new ArrayList<>();
    JsonObject page;
    String after = null;
    do {
      page = incidents.page(query(new JsonObject().put("limit", 10).put("after", after)), ROOM);
      page.getJsonArray("incidents").forEach(one -> ids.add(((JsonObject) one).getString("id")));
      after = page.getString("next");
    } while (after != null);

    // Then
    assertEquals(25, ids.size());
    assertEquals("I0024", ids.get(0));
    assertEquals("I0000", ids.get(24));
    assertEquals(5, incidents.open());
  }

  @Test
  void probeAndIdChoose() {
    // Given
    incidents.put(incident(1, "open"), List.of("a", "b"));
    incidents.put(incident(2, "open"), List.of("b"));

    // Then
    assertEquals("[\"I0001\"]", ids(new JsonObject().put("probe", "a")));
    assertEquals("[\"I0002\",\"I0001\"]", ids(new JsonObject().put("probe", "b")));
    assertEquals("[\"I0002\"]", ids(new JsonObject().put("id", "I0002")));
    assertEquals("[]", ids(new JsonObject().put("id", "I0003")));
  }

  @Test
  void whatLastsOutlivesWhatIsOver() {
    // Given
    incidents.put(incident(0, "flapping"), List.of());

    // When
    for (int i = 1; i < LatestIncidents.MAX_RESOLVED + 50; i++) {
      incidents.put(incident(i, "resolved"), List.of());
    }

    // Then
    JsonObject all = incidents.page(query(new JsonObject()), Integer.MAX_VALUE);
    assertEquals(LatestIncidents.MAX_RESOLVED + 1, all.getJsonArray("incidents").size());
    assertEquals("[\"I0000\"]", ids(new JsonObject().put("id", "I0000")));
    assertEquals("[]", ids(new JsonObject().put("id", "I0001")));
  }

  @Test
  void whatNoReplyHasRoomForComesWithoutItsEvidence() {
    // Given
    JsonObject large = incident(1, "open");
    large.getJsonObject("verdict").getJsonArray("evidence").add("x".repeat(10_000));
    incidents.put(large, List.of());
    incidents.put(incident(2, "open"), List.of());

    // When
    JsonObject first = incidents.page(query(new JsonObject()), 1_000);

    // Then
    assertEquals(2, first.getJsonArray("incidents").size());
    assertNull(first.getString("next"));
    JsonObject cut = first.getJsonArray("incidents").getJsonObject(1);
    assertTrue(cut.getJsonObject("verdict").getJsonArray("evidence").isEmpty());
    assertEquals(1, large.getJsonObject("verdict").getJsonArray("evidence").size());
  }

  private String ids(JsonObject asked) {
    JsonArray ids = new JsonArray();
    incidents
        .page(query(asked), ROOM)
        .getJsonArray("incidents")
        .forEach(one -> ids.add(((JsonObject) one).getString("id")));
    return ids.encode();
  }

  private static Query query(JsonObject asked) {
    return Query.of(asked, true);
  }

  private static JsonObject incident(int number, String state) {
    return new JsonObject()
        .put("id", String.format(Locale.ROOT, "I%04d", number))
        .put("state", state)
        .put("verdict", new JsonObject().put("evidence", new JsonArray()));
  }
}
