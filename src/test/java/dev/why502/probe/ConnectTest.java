package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Expectation;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class ConnectTest {
  private final List<Vertx> started = new ArrayList<>();

  static List<Transport> transports() {
    return List.of(Transport.NIO, TransportsForTests.best());
  }

  private Prober prober(Transport transport) {
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    started.add(vertx);
    InstantSource clock = InstantSource.system();
    return new Prober(vertx, new Resolver(vertx, clock), clock);
  }

  @AfterEach
  void end() throws Exception {
    for (Vertx vertx : started) {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }

  private static Observation run(Prober prober, Target target) {
    return prober
        .run(Probes.of(target, Request.GET, Expectation.DEFAULT, Duration.ofMillis(500)), 0)
        .await();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void refusedPortIsRefused(Transport transport) throws Exception {
    // Given
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Prober prober = prober(transport);
    for (Scheme scheme : List.of(Scheme.HTTP, Scheme.TCP, Scheme.TLS)) {
      for (String host : List.of("127.0.0.1", "localhost", "::1")) {
        // When
        Observation seen = run(prober, Probes.target(scheme, host, port, "/"));
        // Then
        assertEquals(FailureKind.REFUSED, seen.failure(), seen.toString());
        assertEquals(Phase.CONNECT, seen.phase());
      }
    }
    Request http2 = new Request("GET", List.of(), null, null, false, false, null, "2");
    Observation seen = prober.run(Probes.get(Probes.http(port), http2), 0).await();
    assertEquals(FailureKind.REFUSED, seen.failure(), seen.toString());
    assertEquals(Phase.CONNECT, seen.phase());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void fullAcceptQueueTimesOut(Transport transport) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, NetUtil.LOCALHOST4)) {
      // Given
      List<Socket> filling = new ArrayList<>();
      boolean full = false;
      for (int i = 0; i < 10 && !full; i++) {
        Socket socket = new Socket();
        filling.add(socket);
        try {
          socket.connect(new InetSocketAddress(NetUtil.LOCALHOST4, listener.getLocalPort()), 200);
        } catch (SocketTimeoutException e) {
          full = true;
        }
      }
      assertTrue(full);
      Prober prober = prober(transport);
      // When
      Observation seen = run(prober, Probes.http(listener.getLocalPort()));
      // Then
      assertEquals(FailureKind.TIMEOUT, seen.failure(), seen.toString());
      assertEquals(Phase.CONNECT, seen.phase());
      assertTrue(seen.durationMillis() < 1000, seen.toString());
      for (Socket socket : filling) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void openPortIsEnoughForTcp(Transport transport) {
    try (FaultyServer server = new FaultyServer(peer -> peer.hang())) {
      // When
      Observation seen =
          run(prober(transport), Probes.target(Scheme.TCP, "127.0.0.1", server.port(), ""));
      // Then
      assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
      assertEquals(Phase.CONNECT, seen.phase());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void unixSocketsTellTheirStates(Transport transport, @TempDir Path folder) throws Exception {
    // Given
    Prober prober = prober(transport);
    Vertx vertx = started.get(0);
    Path socket = folder.resolve("s");
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(request.uri()))
            .listen(SocketAddress.domainSocketAddress(socket.toString()))
            .await(5, TimeUnit.SECONDS);
    Path plain = Files.writeString(folder.resolve("plain"), "");
    Path stale = folder.resolve("stale");
    NetServer gone =
        vertx
            .createNetServer()
            .connectHandler(ignored -> {})
            .listen(SocketAddress.domainSocketAddress(stale.toString()))
            .await(5, TimeUnit.SECONDS);
    gone.close().await(5, TimeUnit.SECONDS);
    // When
    Observation good = run(prober, Probes.unix(socket.toString()));
    Observation none = run(prober, Probes.unix(folder.resolve("none").toString()));
    Observation file = run(prober, Probes.unix(plain.toString()));
    // Then
    assertEquals(Outcome.EXPECTED, good.outcome(), good.toString());
    assertEquals("unix:" + socket, good.address());
    assertEquals(FailureKind.MISSING, none.failure(), none.toString());
    assertEquals(FailureKind.MISSING, file.failure(), file.toString());
    assertEquals(Phase.CONNECT, none.phase());
    if (Files.exists(stale)) {
      Observation dead = run(prober, Probes.unix(stale.toString()));
      assertEquals(FailureKind.REFUSED, dead.failure(), dead.toString());
    }
    server.close().await(5, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void plainHttp2IsSpokenWithPriorKnowledge(Transport transport) throws Exception {
    // Given
    Prober prober = prober(transport);
    Vertx vertx = started.get(0);
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(
                request ->
                    request
                        .response()
                        .putHeader("x-host", request.authority().toString())
                        .end(request.version() + "x".repeat(2 << 20)))
            .listen(0, "127.0.0.1")
            .await(5, TimeUnit.SECONDS);
    Request http2 = new Request("GET", List.of(), null, null, false, false, null, "2");
    // When
    Observation seen = prober.run(Probes.get(Probes.http(server.actualPort()), http2), 0).await();
    // Then
    assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
    assertNotNull(seen.response());
    assertEquals("2", seen.response().version());
    assertTrue(seen.response().bodyCut());
    assertTrue(seen.response().body().startsWith("HTTP_2"));
    assertEquals("127.0.0.1:" + server.actualPort(), seen.response().header("x-host"));
    server.close().await(5, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void http2PeersThatAreNoneAreNamed(Transport transport) throws IOException {
    Prober prober = prober(transport);
    Request http2 = new Request("GET", List.of(), null, null, false, false, null, "2");
    List<FaultyServer.Manner> manners =
        List.of(
            peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n").hang(),
            peer -> peer.send("SSH-2.0-x\r\n").hang(),
            FaultyServer.Peer::hang,
            FaultyServer.Peer::reset);
    List<String> seenAs = new ArrayList<>();
    for (FaultyServer.Manner manner : manners) {
      try (FaultyServer server = new FaultyServer(manner)) {
        // When
        Observation seen =
            prober
                .run(
                    Probes.of(
                        Probes.http(server.port()),
                        http2,
                        Expectation.DEFAULT,
                        Duration.ofMillis(500)),
                    0)
                .await();
        // Then
        seenAs.add(seen.failure() + " in " + seen.phase());
        assertTrue(seen.durationMillis() < 1000, seen.toString());
      }
    }
    assertEquals(
        List.of("INVALID in PROCESSING", "INVALID in PROCESSING", "TIMEOUT in PROCESSING"),
        seenAs.subList(0, 3));
    // A close and a reset within the preface come as one.
    assertTrue(seenAs.get(3).matches("(CLOSED|RESET) in PROCESSING"), seenAs.get(3));
  }
}
