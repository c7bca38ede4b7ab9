package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.bus.Samples;
import dev.why502.web.Service;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who registers and then asks what stands knows all, whatever happens between the two. */
@Timeout(60)
class LateJoinerTest {
  private static final int PROBES = 40;
  private static final int PER_SECOND = 200;
  private static final int JOINERS = 20;

  @Test
  void joinerAmidTwoHundredVerdictsASecondHasNoGap() throws Exception {
    // Given
    int joinedMidway = 0;
    int overlaps = 0;
    AtomicLong published = new AtomicLong();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try (Service service = Service.start()) {
      var unused =
          clock.scheduleAtFixedRate(
              () -> service.feed.verdict(Samples.up("p" + published.getAndIncrement() % PROBES)),
              0,
              1_000_000 / PER_SECOND,
              TimeUnit.MICROSECONDS);
      for (int joiner = 0; joiner < JOINERS; joiner++) {
        // When
        Service.Peer viewer = service.connect();
        viewer.register(Addresses.VERDICTS);
        viewer.send(
            new JsonObject()
                .put("type", "send")
                .put("address", Addresses.QUERY_VERDICTS)
                .put("replyAddress", "now")
                .encode());
        Map<String, Long> known = new TreeMap<>();
        Map<String, Long> news = new HashMap<>();
        long highest = 0;
        boolean answered = false;
        for (int frames = 0; frames < 30 || !answered; frames++) {
          JsonObject frame = viewer.nextJson();
          if (frame.getString("address").equals("now")) {
            answered = true;
            JsonArray verdicts = frame.getJsonObject("body").getJsonArray("verdicts");
            for (Object one : verdicts) {
              JsonObject verdict = (JsonObject) one;
              known.put(verdict.getString("probe"), verdict.getLong("seq"));
              highest = Math.max(highest, verdict.getLong("seq"));
            }
          } else {
            JsonObject verdict = frame.getJsonObject("body");
            news.put(
                verdict.getString("probe") + "@" + verdict.getLong("seq"), verdict.getLong("seq"));
          }
        }
        viewer.socket.close();
        // Then: each number after the newest in the answer came as news, with none left out
        long last = news.values().stream().mapToLong(Long::longValue).max().orElse(0);
        for (long seq = highest + 1; seq <= last; seq++) {
          assertTrue(news.containsValue(seq), "joiner " + joiner + " missed " + seq);
        }
        assertTrue(last > highest, "no news after the answer");
        // And the answer had, of each probe, nothing older than what was published before it
        for (Map.Entry<String, Long> entry : known.entrySet()) {
          long older = entry.getValue();
          assertTrue(highest - older < 2L * PROBES, entry + " of " + highest);
        }
        assertEquals(Math.min(PROBES, highest), known.size(), "joiner " + joiner);
        long first = news.values().stream().mapToLong(Long::longValue).min().orElse(0);
        joinedMidway += first > 1 ? 1 : 0;
        overlaps += first <= highest ? 1 : 0;
      }
    } finally {
      clock.shutdownNow();
    }
    // Then
    System.out.printf(
        Locale.ROOT,
        "late joiners: %d at %d verdicts a second, %d of them midway, %d with news that the answer"
            + " held already, 0 gaps%n",
        JOINERS,
        PER_SECOND,
        joinedMidway,
        overlaps);
    assertTrue(joinedMidway > JOINERS / 2);
  }
}
