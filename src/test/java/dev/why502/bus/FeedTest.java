package dev.why502.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Evidence;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class FeedTest {
  private final Vertx vertx = Vertx.vertx();
  private final Json json = new Json(UnaryOperator.identity());
  private final Latest latest = new Latest(json);
  private final AtomicLong sequence = new AtomicLong(6);
  private final Feed feed =
      new Feed(
          vertx.eventBus(),
          json,
          "web-1",
          InstantSource.fixed(Samples.AT),
          sequence::incrementAndGet,
          latest);

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  @Test
  void eachMessageHasNumberNodeAndTime() throws Exception {
    // Given
    BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    for (String address :
        List.of(Addresses.DEFINITIONS, Addresses.OBSERVATIONS, Addresses.verdicts("templates"))) {
      vertx
          .eventBus()
          .<JsonObject>consumer(address, message -> heard.add(message.body()))
          .completion()
          .await(5, TimeUnit.SECONDS);
    }
    // When
    feed.definitions(false, List.of("/probes/0/id: missing"));
    feed.observation(Samples.refused("backend"));
    feed.verdict(Samples.down("templates"));
    // Then
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      JsonObject message = heard.poll(5, TimeUnit.SECONDS);
      assertTrue(message != null && message.containsKey("at") && message.containsKey("node"));
      messages.add(message.getLong("seq") + " " + message.getValue("accepted"));
    }
    Collections.sort(messages);
    assertEquals(List.of("7 false", "8 null", "9 null"), messages);
  }

  @Test
  void verdictOfAForgottenProbeIsNotTold() {
    // Given
    feed.verdict(Samples.up("a"));
    feed.verdict(Samples.up("b"));
    // When
    latest.retain(List.of("b"));
    // Then
    assertNull(latest.verdict("a"));
    JsonObject page = latest.page(Query.of(null, false));
    assertEquals(1, page.getJsonArray("verdicts").size());
    assertFalse(page.containsKey("next"));
  }

  @Test
  void verdictThatNoReplyHasRoomForIsToldWithoutItsData() {
    // Given
    List<Evidence> much = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      much.addAll(Samples.evidence());
    }
    Verdict down = Samples.down("templates");
    Verdict large =
        new Verdict(
            down.probe(),
            down.state(),
            down.cause(),
            down.confidence(),
            down.summary(),
            down.gateway(),
            down.upstream(),
            down.proxyStatus(),
            down.chain(),
            much,
            down.ruledOut(),
            down.unsettled(),
            down.fix(),
            down.risks(),
            down.since(),
            down.at(),
            down.node());
    feed.verdict(large);
    // When
    JsonObject page = latest.page(Query.of(new JsonObject().put("probe", "templates"), false));
    // Then
    assertTrue(page.toBuffer().length() <= Latest.MAX_REPLY);
    assertEquals(
        much.size(),
        page.getJsonArray("verdicts").getJsonObject(0).getJsonArray("evidence").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"limit\":0} | limit must be a whole number from 1 on",
        "{\"limit\":1.5} | limit must be a whole number from 1 on",
        "{\"after\":1} | after must be a text",
        "{\"probe\":[]} | probe must be a text",
        "{\"probes\":\"a\"} | known keys are probe, limit, after, lang"
      })
  void unusableQueryIsRefusedInWords(String query, String problem) {
    // Given
    JsonObject body = new JsonObject(query);
    // When
    Query read = Query.of(body, false);
    // Then
    assertEquals(problem, read.problem());
  }
}
