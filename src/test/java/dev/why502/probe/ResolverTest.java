package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.evidence.Resolution;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class ResolverTest {
  private final Vertx vertx = Vertx.builder().withTransport(TransportsForTests.best()).build();
  private final DnsStub dns = new DnsStub();
  private final InstantSource clock = InstantSource.system();
  private Path hosts = Path.of("/");
  private Resolver resolver = new Resolver(vertx, clock);

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.9 localhost # ::1\n10.0.0.1 Listed.test other.test\n");
    resolver.close();
    resolver =
        new Resolver(vertx, clock, List.of(dns.address()), hosts, folder.resolve("resolv.conf"));
  }

  @AfterEach
  void end() throws Exception {
    resolver.close();
    dns.close();
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private Resolution resolve(String name, long millis) {
    return resolver.resolve(name, Duration.ofMillis(millis)).await();
  }

  static List<Arguments> names() {
    return List.of(
        name("127.0.0.7", List.of("127.0.0.7"), null),
        name("[::1]", List.of("::1"), null),
        name("localhost", List.of("127.0.0.9"), null),
        name("app.localhost", List.of("127.0.0.1", "::1"), null),
        name("LISTED.test", List.of("10.0.0.1"), null),
        name("both.test", List.of("::1", "127.0.0.1"), null),
        name("four.test", List.of("127.0.0.1"), null),
        name("half.test", List.of("127.0.0.1"), null),
        name("alias.test", List.of("127.0.0.1"), null),
        name("nxdomain.test", List.of(), "NXDOMAIN"),
        name("servfail.test", List.of(), "SERVFAIL"),
        name("refused.test", List.of(), "REFUSED"),
        name("empty.test", List.of(), "no address"),
        name("silent.test", List.of(), "timeout"),
        name("a..test", List.of(), "not a name"),
        name("x".repeat(64) + ".test", List.of(), "not a name"));
  }

  private static Arguments name(String name, List<String> addresses, @Nullable String failure) {
    return Arguments.of(name, addresses, failure);
  }

  @ParameterizedTest
  @MethodSource("names")
  void nameHasItsAddressesOrItsFailure(
      String name, List<String> addresses, @Nullable String failure) {
    // When
    Resolution resolution = resolve(name, 1000);
    // Then
    assertEquals(failure, resolution.failure());
    assertEquals(addresses, resolution.addresses());
  }

  @Test
  void equalLookUpsAreOne() {
    // Given
    List<Future<Resolution>> lookups = new ArrayList<>();
    // When
    for (int i = 0; i < 200; i++) {
      lookups.add(resolver.resolve("both.test", Duration.ofSeconds(2)));
    }
    Future.all(lookups).await();
    // Then
    assertEquals(2, dns.queries.get());
  }

  @Test
  void failureIsAskedAgain() {
    // When
    assertEquals("NXDOMAIN", resolve("nxdomain.test", 1000).failure());
    assertEquals("NXDOMAIN", resolve("nxdomain.test", 1000).failure());
    // Then
    assertEquals(4, dns.queries.get());
  }

  @Test
  void changedHostsFileIsReadAgain() throws Exception {
    // Given
    assertEquals("NXDOMAIN", resolve("nxdomain.test", 1000).failure());
    Files.writeString(hosts, "127.0.0.8 nxdomain.test\n");
    // When
    long giveUp = System.nanoTime() + 5_000_000_000L;
    Resolution resolution = resolve("nxdomain.test", 1000);
    while (resolution.failure() != null && System.nanoTime() < giveUp) {
      resolution = resolve("nxdomain.test", 1000);
    }
    // Then
    assertEquals(List.of("127.0.0.8"), resolution.addresses());
  }

  @Test
  void noPublicServerIsAsked() {
    // When
    ResolvConf none = ResolvConf.parse("search a.test b.test\noptions ndots:2\n");
    // Then
    assertEquals(List.of(new InetSocketAddress(NetUtil.LOCALHOST4, 53)), none.servers());
    assertEquals(List.of("x.y.a.test.", "x.y.b.test.", "x.y."), none.candidates("x.y"));
    assertEquals(List.of("x.y.z.", "x.y.z.a.test.", "x.y.z.b.test."), none.candidates("x.y.z"));
  }

  @Test
  void proberNamesThePhase() throws Exception {
    Prober prober = new Prober(vertx, resolver, clock);
    try (FaultyServer server =
        new FaultyServer(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            })) {
      // When
      Observation silent = run(prober, "silent.test", server.port());
      Observation missing = run(prober, "nxdomain.test", server.port());
      Observation good = run(prober, "both.test", server.port());
      // Then
      for (Observation failed : List.of(silent, missing)) {
        assertEquals(FailureKind.NAME, failed.failure());
        assertEquals(Phase.RESOLVE, failed.phase());
      }
      assertEquals("timeout", silent.dnsDetail());
      assertEquals("NXDOMAIN", missing.dnsDetail());
      // ::1 comes first and refuses, 127.0.0.1 is tried at once.
      assertEquals(Outcome.EXPECTED, good.outcome(), good.toString());
      assertEquals("127.0.0.1:" + server.port(), good.address());
      assertEquals(2, good.addresses().size());
      assertTrue(good.phases().containsKey(Phase.RESOLVE));
    }
    prober.close().await(5, TimeUnit.SECONDS);
  }

  private static Observation run(Prober prober, String host, int port) {
    return prober
        .run(Probes.get(Probes.target(Scheme.HTTP, host, port, "/"), Request.GET), 0)
        .await();
  }
}
