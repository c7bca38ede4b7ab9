package dev.why502.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.observation.Certificate.Problem;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.probe.FaultyServer.Manner;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class TlsTest {
  private static Path folder;
  private static Vertx vertx;
  private static TestCertificates certificates;
  private static final Queue<String> names = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void begin(@TempDir Path temporary) throws Exception {
    folder = temporary;
    TestCertificates.assumeOpenssl();
    certificates = new TestCertificates(folder);
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void end() throws Exception {
    if (vertx != null) {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }

  private static Prober proberAt(Duration fromNow) {
    InstantSource clock = InstantSource.offset(InstantSource.system(), fromNow);
    return new Prober(vertx, new Resolver(vertx, clock), clock);
  }

  private static Manner answeringAs(String certificate, String... protocols) {
    return peer -> {
      try (SSLSocket tls = certificates.accept(peer.socket, certificate, protocols)) {
        ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
        names.add(session.getRequestedServerNames().toString());
        byte[] request = new byte[8192];
        int count = tls.getInputStream().read(request);
        if (count > 0) {
          tls.getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1));
        }
      }
    };
  }

  static List<Arguments> chains() {
    Duration now = Duration.ZERO;
    return List.of(
        Arguments.of("good", "good.test", now, null),
        Arguments.of("good", "a.wild.test", now, null),
        Arguments.of("good", "127.0.0.1", now, null),
        Arguments.of("good", "a.b.wild.test", now, Problem.WRONG_HOST),
        Arguments.of("good", "wild.test", now, Problem.WRONG_HOST),
        Arguments.of("other", "good.test", now, Problem.WRONG_HOST),
        Arguments.of("other", "127.0.0.1", now, Problem.WRONG_HOST),
        Arguments.of("self", "good.test", now, Problem.UNTRUSTED),
        Arguments.of("good", "good.test", Duration.ofDays(15), Problem.EXPIRED),
        Arguments.of("other", "good.test", Duration.ofDays(15), Problem.EXPIRED),
        Arguments.of("good", "good.test", Duration.ofDays(-15), Problem.NOT_YET_VALID),
        Arguments.of("self", "good.test", Duration.ofDays(50), Problem.UNTRUSTED));
  }

  @ParameterizedTest(name = "{0} for {1} in {2}")
  @MethodSource("chains")
  void chainIsJudged(String certificate, String host, Duration fromNow, @Nullable Problem problem) {
    for (String version : List.of("1.1", "2")) {
      for (boolean insecure : new boolean[] {false, true}) {
        try (FaultyServer server = new FaultyServer(answeringAs(certificate))) {
          // Given
          Request request =
              new Request(
                  "GET",
                  List.of(),
                  null,
                  Endpoint.of("127.0.0.1", server.port()),
                  false,
                  insecure,
                  certificates.ca,
                  version);
          // When
          Observation seen =
              proberAt(fromNow)
                  .run(Probes.get(Probes.target(Scheme.HTTPS, host, 443, "/"), request), 0)
                  .await();
          // Then
          assertNotNull(seen.certificate(), seen.toString());
          assertEquals(problem, seen.certificate().problem(), seen.toString());
          assertEquals(
              "CN=leaf", "self".equals(certificate) ? "CN=leaf" : seen.certificate().subject());
          if (problem == null || insecure) {
            assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
            assertEquals("TLSv1.3", seen.certificate().protocol());
          } else {
            assertEquals(FailureKind.TLS, seen.failure(), seen.toString());
            assertEquals(Phase.TLS, seen.phase(), seen.toString());
          }
        }
      }
    }
  }

  @Test
  void nameIsAskedForAndAddressIsNot() throws Exception {
    // Given
    names.clear();
    try (FaultyServer server = new FaultyServer(answeringAs("good"))) {
      Endpoint there = Endpoint.of("127.0.0.1", server.port());
      Request request = Probes.tls(false, certificates.ca, there);
      // When
      Observation named =
          run(Probes.target(Scheme.TLS, "good.test", 8443, ""), request, Expectation.DEFAULT);
      assertTrue(OpenFiles.settlesAt(-1, () -> -names.size()));
      Observation bare =
          run(Probes.target(Scheme.TLS, "127.0.0.1", 8443, ""), request, Expectation.DEFAULT);
      // Then
      assertEquals(Outcome.EXPECTED, named.outcome(), named.toString());
      assertEquals(Outcome.EXPECTED, bare.outcome(), bare.toString());
      assertEquals(Phase.TLS, bare.phase());
      assertTrue(OpenFiles.settlesAt(-2, () -> -names.size()));
      assertTrue(names.remove().contains("good.test"));
      assertEquals("[]", names.remove());
    }
  }

  @Test
  void repeatedRunsShowTheChainEachTime() {
    try (FaultyServer server = new FaultyServer(answeringAs("good", "TLSv1.2"))) {
      // Given
      Request request = Probes.tls(false, certificates.ca, Endpoint.of("127.0.0.1", server.port()));
      Prober prober = proberAt(Duration.ZERO);
      for (int i = 0; i < 3; i++) {
        // When
        Observation seen =
            prober
                .run(Probes.get(Probes.target(Scheme.HTTPS, "good.test", 443, "/"), request), 0)
                .await();
        // Then
        assertNotNull(seen.certificate());
        assertEquals(List.of("good.test", "*.wild.test", "127.0.0.1"), seen.certificate().names());
        assertEquals("TLSv1.2", seen.certificate().protocol());
        assertTrue(seen.phases().containsKey(Phase.TLS));
      }
    }
  }

  @Test
  void endOfCertificateIsAMismatchAndServed() {
    try (FaultyServer server = new FaultyServer(answeringAs("good"))) {
      // Given
      Expectation expect =
          new Expectation(Expectation.DEFAULT.status(), null, null, null, Map.of(), Map.of(), 30);
      Request request = Probes.tls(false, certificates.ca, Endpoint.of("127.0.0.1", server.port()));
      // When
      Observation seen = run(Probes.target(Scheme.HTTPS, "good.test", 443, "/"), request, expect);
      // Then
      assertEquals(
          List.of(Mismatch.What.CERTIFICATE_DAYS),
          seen.mismatches().stream().map(Mismatch::what).toList());
      assertTrue(seen.served());
    }
  }

  @Test
  void alertIsNamed() {
    // Given
    Manner refusing =
        peer -> {
          byte[] hello = new byte[4096];
          int count = peer.socket.getInputStream().read(hello);
          if (count <= 0) {
            return;
          }
          // Fatal unrecognized_name, as nginx' ssl_reject_handshake sends it.
          peer.send("\u0015\u0003\u0003\u0000\u0002\u0002p");
        };
    for (String version : List.of("1.1", "2")) {
      try (FaultyServer server = new FaultyServer(refusing)) {
        Request request =
            new Request(
                "GET",
                List.of(),
                null,
                Endpoint.of("127.0.0.1", server.port()),
                false,
                true,
                null,
                version);
        // When
        Observation seen =
            run(Probes.target(Scheme.HTTPS, "good.test", 443, "/"), request, Expectation.DEFAULT);
        // Then
        assertEquals(FailureKind.TLS, seen.failure(), seen.toString());
        assertNotNull(seen.certificate(), seen.toString());
        assertEquals(Problem.ALERT, seen.certificate().problem(), seen.toString());
      }
    }
  }

  @Test
  void plainPeerIsNamed() {
    Manner plain = peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n").hang();
    for (String version : List.of("1.1", "2")) {
      try (FaultyServer server = new FaultyServer(plain)) {
        // Given
        Request request = new Request("GET", List.of(), null, null, false, true, null, version);
        // When
        Observation seen =
            run(
                Probes.target(Scheme.HTTPS, "127.0.0.1", server.port(), "/"),
                request,
                Expectation.DEFAULT);
        // Then
        assertNotNull(seen.certificate(), seen.toString());
        assertEquals(Problem.NOT_TLS, seen.certificate().problem(), seen.toString());
      }
    }
  }

  @Test
  void unreadableAuthoritiesAreOurFault() {
    try (FaultyServer server = new FaultyServer(answeringAs("good"))) {
      // Given
      Request request =
          Probes.tls(false, folder + "/none.pem", Endpoint.of("127.0.0.1", server.port()));
      // When
      Observation seen =
          run(Probes.target(Scheme.HTTPS, "good.test", 443, "/"), request, Expectation.DEFAULT);
      // Then
      assertEquals(FailureKind.LOCAL, seen.failure());
      assertNull(seen.response());
      assertTrue(seen.at().isBefore(Instant.MAX));
    }
  }

  private static Observation run(
      dev.why502.definition.Target target, Request request, Expectation expect) {
    return proberAt(Duration.ZERO)
        .run(Probes.of(target, request, expect, Duration.ofSeconds(2)), 0)
        .await();
  }
}
