package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.probe.FaultyServer.Manner;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class ProberTest {
  private static Vertx vertx;
  private static Prober prober;

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx();
    prober = new Prober(vertx, new Resolver(vertx, InstantSource.system()), InstantSource.system());
  }

  @AfterAll
  static void end() throws Exception {
    prober.close().await(5, TimeUnit.SECONDS);
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  static List<Arguments> manners() {
    return List.of(
        row("resets at once", FaultyServer.Peer::reset, Phase.PROCESSING, FailureKind.RESET),
        row("closes", p -> p.request(), Phase.PROCESSING, FailureKind.CLOSED));
  }

  private static Arguments row(String name, Manner manner, Phase phase, FailureKind kind) {
    return Arguments.of(name, manner, phase, kind);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manners")
  void mannerIsNamed(String name, Manner manner, Phase phase, FailureKind kind) {
    try (FaultyServer server = new FaultyServer(manner)) {
      // When
      Observation seen = prober.run(Probes.get(Probes.http(server.port())), 0).await();
      // Then
      assertEquals(kind, seen.failure(), name);
      assertEquals(phase, seen.phase(), name);
    }
  }

  @Test
  void wholeAnswerIsExpected() {
    // Given
    Manner manner =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
    try (FaultyServer server = new FaultyServer(manner)) {
      // When
      Observation seen = prober.run(Probes.get(Probes.http(server.port())), 0.5).await();
      // Then
      assertEquals(Outcome.EXPECTED, seen.outcome());
    }
  }
}
