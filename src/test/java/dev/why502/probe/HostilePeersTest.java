package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Expectation;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import dev.why502.probe.FaultyServer.Manner;
import dev.why502.probe.FaultyServer.Peer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each manner of failing is a row: what the run must call it, and that it ends in time. */
@Timeout(60)
class HostilePeersTest {
  private static final long TIMEOUT_MILLIS = 300;

  /** The promise is 100; the rest is for a machine that is busy with other builds. */
  private static final long GRACE_MILLIS = 500;

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private static double longestMillis;
  private static Vertx epoll;
  private static Vertx nio;
  private static Prober epollProber;
  private static Prober nioProber;

  @BeforeAll
  static void begin() throws Exception {
    nio = Vertx.vertx();
    nioProber = prober(nio);
    epoll = Vertx.builder().withTransport(TransportsForTests.best()).build();
    epollProber = prober(epoll);
    // What is loaded at first use is not what is measured.
    for (Prober one : List.of(nioProber, epollProber)) {
      try (FaultyServer server = new FaultyServer(peer -> peer.request())) {
        one.run(Probes.get(Probes.http(server.port())), 0).await(10, TimeUnit.SECONDS);
        one.run(Probes.get(tls(server.port())), 0).await(10, TimeUnit.SECONDS);
      }
    }
  }

  private static Prober prober(Vertx vertx) {
    InstantSource clock = InstantSource.system();
    return new Prober(vertx, new Resolver(vertx, clock), clock);
  }

  @AfterAll
  static void end() throws Exception {
    System.out.printf(
        "hostile peers: longest run %.0f ms with a timeout of %d ms%n",
        longestMillis, TIMEOUT_MILLIS);
    epollProber.close().await(5, TimeUnit.SECONDS);
    nioProber.close().await(5, TimeUnit.SECONDS);
    epoll.close().await(5, TimeUnit.SECONDS);
    nio.close().await(5, TimeUnit.SECONDS);
  }

  static List<Arguments> manners() {
    return List.of(
        row("resets at accept", Peer::reset, Phase.PROCESSING, FailureKind.RESET),
        row(
            "resets after the request",
            p -> {
              p.request();
              p.reset();
            },
            Phase.PROCESSING,
            FailureKind.RESET),
        row("closes with nothing", Peer::request, Phase.PROCESSING, FailureKind.CLOSED),
        row(
            "half a header, FIN",
            p -> {
              p.request();
              p.send(OK + "Server: x");
            },
            Phase.PROCESSING,
            FailureKind.CLOSED),
        row(
            "half a header, RST",
            p -> {
              p.request();
              p.send(OK + "Server: x");
              p.pause(50);
              p.reset();
            },
            Phase.PROCESSING,
            FailureKind.RESET),
        row(
            "half a status line, FIN",
            p -> {
              p.request();
              p.send("HTTP/1.1 20");
            },
            Phase.PROCESSING,
            FailureKind.CLOSED),
        row("never answers", Peer::hang, Phase.PROCESSING, FailureKind.TIMEOUT),
        row(
            "drips the header",
            p -> {
              p.request();
              p.send(OK);
              p.sendForEver("a", 20);
            },
            Phase.PROCESSING,
            FailureKind.TIMEOUT),
        row(
            "drips the body",
            p -> {
              p.request();
              p.send(OK + "\r\n");
              p.sendForEver("a", 20);
            },
            Phase.TRANSFER,
            FailureKind.TIMEOUT),
        row(
            "endless headers",
            p -> {
              p.request();
              p.send(OK);
              while (true) {
                p.send("A: b\r\n".repeat(100));
              }
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "endless slow headers",
            p -> {
              p.request();
              p.send(OK);
              p.sendForEver("A: b\r\n", 5);
            },
            Phase.PROCESSING,
            FailureKind.TIMEOUT),
        row(
            "endless 1xx",
            p -> {
              p.request();
              while (true) {
                p.send("HTTP/1.1 102 Processing\r\n\r\n");
              }
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "endless slow 1xx",
            p -> {
              p.request();
              p.sendForEver("HTTP/1.1 100 Continue\r\n\r\n", 30);
            },
            Phase.PROCESSING,
            FailureKind.TIMEOUT),
        row(
            "endless chunks",
            p -> {
              p.request();
              p.send(OK + "Transfer-Encoding: chunked\r\n\r\n");
              p.sendForEver("1\r\na\r\n", 5);
            },
            Phase.TRANSFER,
            FailureKind.TIMEOUT),
        row(
            "endless chunk line",
            p -> {
              p.request();
              p.send(OK + "Transfer-Encoding: chunked\r\n\r\n1;");
              while (true) {
                p.send("x".repeat(1000));
              }
            },
            Phase.TRANSFER,
            FailureKind.INVALID),
        row(
            "endless trailers",
            p -> {
              p.request();
              p.send(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n");
              while (true) {
                p.send("A: b\r\n".repeat(100));
              }
            },
            Phase.TRANSFER,
            FailureKind.INVALID),
        row(
            "bad chunk size",
            p -> {
              p.request();
              p.send(OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
              p.hang();
            },
            Phase.TRANSFER,
            FailureKind.INVALID),
        row(
            "garbage",
            p -> {
              p.request();
              p.send("\u0001\u0002\u0003\u0000garbage");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "SSH banner",
            p -> {
              p.send("SSH-2.0-OpenSSH_9.2p1\r\n");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "HTTP/0.9",
            p -> {
              p.request();
              p.send("<html>hello</html>");
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "status 99999",
            p -> {
              p.request();
              p.send("HTTP/1.1 99999 Many\r\n\r\n");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "header without colon",
            p -> {
              p.request();
              p.send(OK + "nonsense\r\n\r\n");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "two Content-Lengths",
            p -> {
              p.request();
              p.send(OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "negative Content-Length",
            p -> {
              p.request();
              p.send(OK + "Content-Length: -2\r\n\r\nok");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "header over 64 KiB",
            p -> {
              p.request();
              p.send(OK + "A: " + "b".repeat(70_000) + "\r\n\r\n");
              p.hang();
            },
            Phase.PROCESSING,
            FailureKind.INVALID),
        row(
            "body too short, FIN",
            p -> {
              p.request();
              p.send(OK + "Content-Length: 100\r\n\r\nok");
            },
            Phase.TRANSFER,
            FailureKind.TRUNCATED),
        row(
            "body too short, RST",
            p -> {
              p.request();
              p.send(OK + "Content-Length: 100\r\n\r\nok");
              p.pause(50);
              p.reset();
            },
            Phase.TRANSFER,
            FailureKind.TRUNCATED),
        row(
            "open-ended body, RST",
            p -> {
              p.request();
              p.send(OK + "\r\nok");
              p.pause(50);
              p.reset();
            },
            Phase.TRANSFER,
            FailureKind.TRUNCATED),
        row(
            "chunks not ended, FIN",
            p -> {
              p.request();
              p.send(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            },
            Phase.TRANSFER,
            FailureKind.TRUNCATED),
        row(
            "stalls in the body",
            p -> {
              p.request();
              p.send(OK + "Content-Length: 100\r\n\r\nok");
              p.hang();
            },
            Phase.TRANSFER,
            FailureKind.TIMEOUT),
        row("TLS: never answers", Scheme.HTTPS, Peer::hang, Phase.TLS, FailureKind.TIMEOUT),
        row(
            "TLS: closes in order",
            Scheme.HTTPS,
            HostilePeersTest::readAndClose,
            Phase.TLS,
            FailureKind.CLOSED),
        row(
            "TLS: resets",
            Scheme.HTTPS,
            p -> {
              p.socket.getInputStream().read();
              p.reset();
            },
            Phase.TLS,
            FailureKind.RESET),
        row(
            "TLS: plain HTTP",
            Scheme.HTTPS,
            p -> {
              p.send("HTTP/1.1 400 Bad Request\r\n\r\n");
              p.hang();
            },
            Phase.TLS,
            FailureKind.TLS),
        row(
            "TLS: drips records",
            Scheme.HTTPS,
            p -> {
              p.send("\u0016\u0003\u0003@\u0000");
              p.sendForEver("\u0002", 20);
            },
            Phase.TLS,
            FailureKind.TIMEOUT),
        row(
            "TLS: drips an endless hello",
            Scheme.TLS,
            p -> {
              p.send("\u0016\u0003\u0003@\u0000");
              p.sendForEver("\u0000", 1);
            },
            Phase.TLS,
            FailureKind.TIMEOUT));
  }

  private static void readAndClose(Peer peer) throws Exception {
    peer.socket.getInputStream().read(new byte[4096]);
    peer.pause(20);
  }

  private static Arguments row(String name, Manner manner, Phase phase, FailureKind kind) {
    return row(name, Scheme.HTTP, manner, phase, kind);
  }

  private static Arguments row(
      String name, Scheme scheme, Manner manner, Phase phase, FailureKind kind) {
    return Arguments.of(name, scheme, manner, phase, kind);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manners")
  void mannerHasItsPhaseAndKind(
      String name, Scheme scheme, Manner manner, Phase phase, FailureKind kind) throws Exception {
    for (Prober prober : List.of(epollProber, nioProber)) {
      try (FaultyServer server = new FaultyServer(manner)) {
        // Given
        Target target = Probes.target(scheme, "127.0.0.1", server.port(), "/");
        int before = OpenFiles.toPort(server.port());
        // When
        long began = System.nanoTime();
        Observation seen =
            prober
                .run(
                    Probes.of(
                        target,
                        Probes.tls(true, null, null),
                        Expectation.DEFAULT,
                        Duration.ofMillis(TIMEOUT_MILLIS)),
                    0)
                .await(10, TimeUnit.SECONDS);
        double millis = (System.nanoTime() - began) / 1e6;
        // Then
        longestMillis = Math.max(longestMillis, millis);
        assertEquals(
            kind + " in " + phase, seen.failure() + " in " + seen.phase(), seen.toString());
        assertTrue(millis <= TIMEOUT_MILLIS + GRACE_MILLIS, millis + " ms");
        assertTrue(
            OpenFiles.settlesAt(before, () -> OpenFiles.toPort(server.port())), "socket left");
      }
    }
  }

  private static Target tls(int port) {
    return Probes.target(Scheme.HTTPS, "127.0.0.1", port, "/");
  }
}
