package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.bus.Health;
import dev.why502.bus.Samples;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EventStreamsTest {
  private static final WebOptions.Times QUICK = new WebOptions.Times(100, 400, 10_000);

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start(Service.options("127.0.0.1", null, QUICK));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void newReaderIsToldToFetchAndThenHearsTheNews() {
    // Given
    EventClient reader = service.events("", Map.of());
    EventClient.Event first = reader.next("reset");
    // When
    service.feed.verdict(Samples.down("templates"));
    service.feed.observation(Samples.refused("templates"));
    service.feed.definitions(true, List.of());
    EventClient.Event verdict = reader.next("verdicts");
    EventClient.Event definitions = reader.next("definitions");
    // Then
    assertEquals("text/event-stream", reader.response.getHeader("Content-Type"));
    assertEquals("start", first.data().getString("reason"));
    assertTrue(first.data().getJsonArray("fetch").contains("/api/v1/verdicts"));
    assertEquals("gateway-wrong-port", verdict.data().getString("cause"));
    assertTrue(verdict.id().startsWith(verdict.data().getLong("seq") + "@"), verdict.id());
    assertEquals("web-1", definitions.data().getString("node"));
  }

  @Test
  void readerChoosesTypesAndProbe() {
    // Given
    EventClient reader = service.events("?types=observations,incidents&probe=backend", Map.of());
    reader.next("reset");
    JsonObject incident =
        new JsonObject().put("id", "01J").put("seq", 9).put("probes", JsonArray.of("x", "backend"));
    // When
    service.feed.verdict(Samples.down("backend"));
    service.feed.observation(Samples.refused("templates"));
    service.feed.observation(Samples.refused("backend"));
    EventClient.Event observation = reader.next("observations");
    service
        .vertx
        .eventBus()
        .publish(Addresses.INCIDENTS, incident.copy().put("probes", JsonArray.of("x")));
    service.vertx.eventBus().publish(Addresses.INCIDENTS, incident);
    EventClient.Event told = reader.next("incidents");
    // Then
    assertEquals("backend", observation.data().getString("probe"));
    assertEquals(incident, told.data());
  }

  @ParameterizedTest
  @ValueSource(strings = {"verdict", "", "verdicts,", "verdicts%3Bhealth", "VERDICTS"})
  void unknownTypeIsRefused(String types) {
    // Given
    // When
    Service.Reply reply = service.get("/api/v1/events?types=" + types);
    // Then
    assertEquals(400, reply.status());
    assertEquals("types", reply.json().getString("parameter"));
  }

  @Test
  void readerThatComesBackMissesNothing() {
    // Given
    EventClient reader = service.events("?types=verdicts,definitions", Map.of());
    reader.next("reset");
    service.feed.verdict(Samples.down("templates"));
    EventClient.Event seen = reader.next("verdicts");
    reader.leave();
    service.feed.verdict(Samples.up("templates"));
    service.feed.definitions(false, List.of("no"));
    service.feed.verdict(Samples.degraded("templates"));
    // When
    EventClient again =
        service.events("?types=verdicts,definitions", Map.of("Last-Event-ID", seen.id()));
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      numbers.add(again.next().data().getLong("seq"));
    }
    service.feed.verdict(Samples.up("templates"));
    numbers.add(again.next("verdicts").data().getLong("seq"));
    // Then
    long from = seen.data().getLong("seq");
    assertEquals(List.of(from + 1, from + 2, from + 3, from + 4), numbers);
  }

  @Test
  void readerWhoseResetWasTheLastItHeardMissesNothing() {
    // Given
    EventClient reader = service.events("?types=verdicts", Map.of());
    EventClient.Event reset = reader.next("reset");
    reader.leave();
    service.feed.verdict(Samples.down("templates"));
    // When
    EventClient again = service.events("?types=verdicts", Map.of("Last-Event-ID", reset.id()));
    // Then
    assertEquals("templates", again.next("verdicts").data().getString("probe"));
  }

  @Test
  void readerOfAnotherProcessOrTooLongAgoStartsAgain() {
    // Given
    EventClient reader = service.events("?types=verdicts", Map.of());
    EventClient.Event reset = reader.next("reset");
    for (int i = 0; i < NewsWindow.MAX_EVENTS + 1; i++) {
      service.feed.verdict(Samples.up("templates"));
    }
    EventClient.Event second = null;
    for (int i = 0; i < NewsWindow.MAX_EVENTS + 1; i++) {
      EventClient.Event event = reader.next("verdicts");
      second = i == 1 ? event : second;
    }
    assertNotNull(second);
    String otherProcess = second.id().replaceFirst("@[0-9a-f]+", "@0123456789abcdef");
    // When
    List<String> first = new ArrayList<>();
    for (String last :
        List.of(reset.id(), otherProcess, "7", "x y", second.id() + "99999", second.id())) {
      EventClient again = service.events("?types=verdicts", Map.of("Last-Event-ID", last));
      EventClient.Event event = again.next();
      first.add(event.type() + " " + event.data().getString("reason"));
      again.leave();
    }
    // Then
    assertEquals(
        List.of("reset gap", "reset gap", "reset gap", "reset gap", "reset gap", "verdicts null"),
        first);
  }

  @Test
  void quietStreamIsKeptAlive() throws InterruptedException {
    // Given
    EventClient reader = service.events("?types=incidents", Map.of());
    // When
    String first = reader.comments.poll(5, TimeUnit.SECONDS);
    String second = reader.comments.poll(5, TimeUnit.SECONDS);
    // Then
    assertEquals(List.of(": still here", ": still here"), List.of(first, second));
    assertEquals(1, service.meters.sockets());
    reader.leave();
    until(() -> service.meters.sockets() == 0);
  }

  @Test
  void readersAndViewersShareOneLimit() {
    // Given
    int viewers = 2;
    for (int i = 0; i < viewers; i++) {
      service.connect();
    }
    List<EventClient> readers = new ArrayList<>();
    while (readers.size() < Seats.MAX_VIEWERS - viewers) {
      readers.add(service.events("?types=incidents", Map.of()));
    }
    // When
    Service.Reply refused = service.get("/api/v1/events");
    int sockets = service.meters.sockets();
    readers.get(0).leave();
    until(() -> service.meters.sockets() == Seats.MAX_VIEWERS - 1);
    EventClient admitted = service.events("", Map.of());
    // Then
    assertEquals(503, refused.status());
    assertEquals("5", refused.headers().get("Retry-After"));
    assertEquals(Seats.MAX_VIEWERS, sockets);
    assertEquals("start", admitted.next("reset").data().getString("reason"));
  }

  @Test
  void readerThatDoesNotReadIsCutOffAndOthersLoseNothing() {
    // Given
    EventClient deaf = service.events("?types=verdicts", Map.of()).deaf();
    EventClient reader = service.events("?types=verdicts", Map.of());
    reader.next("reset");
    String long4k = "x".repeat(4096);
    int sent = 0;
    // When
    while (service.meters.sockets() == 2 && sent < 20_000) {
      service
          .vertx
          .eventBus()
          .publish(
              Addresses.VERDICTS,
              new JsonObject().put("seq", ++sent).put("probe", "p").put("summary", long4k));
      assertEquals(sent, reader.next("verdicts").data().getInteger("seq"));
    }
    // Then
    until(() -> service.meters.sockets() == 1);
    assertFalse(reader.ended());
    deaf.response.resume();
    until(deaf::ended);
    System.out.println("cut off after " + sent + " events of 4 KiB");
  }

  @Test
  void exposedStreamShowsNothingOfTheInside() {
    // Given
    try (Service exposed = Service.start(Service.options("0.0.0.0", null, QUICK))) {
      EventClient reader = exposed.events("", Map.of());
      reader.next("reset");
      // When
      exposed.feed.verdict(Samples.down("templates"));
      exposed.feed.health(new Health(1, 1, 1, 0, 0, 0, 0, List.of()));
      EventClient.Event verdict = reader.next("verdicts");
      // Then
      assertFalse(verdict.data().containsKey("fix"), verdict.toString());
      assertFalse(verdict.data().encode().contains("\"data\""), verdict.toString());
      assertEquals("health", reader.next().type());
    }
  }

  @Test
  void streamNeedsTheTokenInItsHeader() {
    // Given
    try (Service guarded = Service.start(Service.options("127.0.0.1", "sesame-4711", QUICK))) {
      // When
      int none = guarded.get("/api/v1/events").status();
      int url = guarded.get("/api/v1/events?access_token=sesame-4711").status();
      EventClient reader = guarded.events("", Map.of("Authorization", "Bearer sesame-4711"));
      // Then
      assertEquals(List.of(401, 401), List.of(none, url));
      assertEquals("reset", reader.next().type());
    }
  }

  @Test
  void stoppingServiceEndsTheStream() {
    // Given
    EventClient reader = service.events("", Map.of());
    reader.next("reset");
    // When
    service.feed.verdict(Samples.up("templates"));
    Service.await(service.vertx.undeploy(service.web.deploymentID()));
    // Then
    assertEquals("verdicts", reader.next().type());
    until(reader::ended);
  }

  @Test
  void headOpensNoStream() {
    // Given
    // When
    Service.Reply head = service.request(HttpMethod.HEAD, "/api/v1/events", Map.of(), null);
    // Then
    assertEquals(200, head.status());
    assertEquals("text/event-stream", head.headers().get("Content-Type"));
    assertEquals(0, service.meters.sockets());
    assertNotEquals("", head.headers().get("X-Accel-Buffering"));
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + Service.PATIENCE_SECONDS * 1_000_000_000;
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!condition.getAsBoolean()) {
        assertTrue(System.nanoTime() < end, "not in time");
        assertFalse(never.await(20, TimeUnit.MILLISECONDS));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
