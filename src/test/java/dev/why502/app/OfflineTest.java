package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A prober without a network says so, and calls no site down. In a network namespace of its own.
 */
@Timeout(60)
class OfflineTest {
  /** TEST-NET-2 (RFC 5737): nobody is there. */
  private static final List<String> FAR = List.of("198.51.100.7", "198.51.100.8", "198.51.100.9");

  /** A network with no other host: names its end as it is, then becomes the service. */
  private static final String UP =
      "ip link set lo up && ip link add far0 type veth peer name far1"
          + " && ip addr add 192.0.2.1/24 dev far0 && ip link set far0 up && ip link set far1 up"
          + " && ip route add default via 192.0.2.254";

  private final Path directory;
  private final Path definitions;

  OfflineTest(@TempDir Path directory) {
    this.directory = directory;
    this.definitions = directory.resolve("probes.json");
  }

  @BeforeEach
  void define() throws Exception {
    ServiceProcess.require("unshare", "--net", "ip", "link", "show");
    ServiceProcess.require("nsenter", "--version");
    ServiceProcess.require("curl", "--version");
    JsonArray probes = new JsonArray();
    for (String far : FAR) {
      probes.add(
          new JsonObject()
              .put("id", "far-" + far.substring(far.lastIndexOf('.') + 1))
              .put("target", "http://" + far + "/"));
    }
    ServiceSite.write(
        definitions,
        new JsonObject()
            .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "400ms"))
            .put("probes", probes));
  }

  private ServiceProcess start(String network) throws Exception {
    return ServiceProcess.startIn(
        List.of("unshare", "--net", "sh", "-c", network + " && exec \"$@\"", "sh"), definitions);
  }

  /** Asks from inside: outside, that address is somebody else's. */
  private static String inside(ServiceProcess service, String... command) throws Exception {
    List<String> all = new java.util.ArrayList<>();
    all.addAll(List.of("nsenter", "--target", Long.toString(service.pid()), "--net"));
    all.addAll(List.of(command));
    return ServiceProcess.run(all.toArray(String[]::new));
  }

  private static JsonArray verdicts(ServiceProcess service) throws Exception {
    return new JsonObject(
            inside(service, "curl", "-sS", service.url().resolve("/api/v1/verdicts").toString()))
        .getJsonArray("verdicts");
  }

  @ParameterizedTest
  @CsvSource({"no route, ip link set lo up", "silence, ", "link down, ; ip link set far0 down"})
  void lostNetworkIsOurOwnFault(String name, String network) throws Exception {
    // Given
    String commands =
        network == null || network.isEmpty()
            ? UP
            : network.startsWith(";") ? UP + " && " + network.substring(1).strip() : network;
    try (ServiceProcess service = start(commands)) {
      // When
      ServiceProcess.until(20_000, name + " judged", () -> settled(service));
      JsonArray verdicts = verdicts(service);
      // Then
      for (Object one : verdicts) {
        JsonObject verdict = (JsonObject) one;
        assertEquals("unknown", verdict.getString("state"), verdict.encodePrettily());
        assertEquals("prober-offline", verdict.getString("cause"), verdict.encodePrettily());
      }
      assertNeverDown(service);
    }
  }

  private static boolean settled(ServiceProcess service) {
    return all(service, "prober-offline");
  }

  private static void assertNeverDown(ServiceProcess service) throws Exception {
    String metrics = inside(service, "curl", "-sS", service.url().resolve("/metrics").toString());
    assertTrue(metrics.contains("why502_verdict_info"), metrics);
    assertEquals(
        List.of(),
        metrics
            .lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).contains("state=\"down\""))
            .toList());
  }

  @Test
  void networkLostUnderWayTurnsUpIntoUnknown() throws Exception {
    // Given
    ServiceProcess.require("nginx", "-v");
    try (FarHost far = FarHost.start(directory.resolve("far"))) {
      String network =
          "ip link set lo up && ip link add far0 type veth peer name far1 netns "
              + far.pid()
              + " && ip addr add 198.51.100.1/24 dev far0 && ip link set far0 up";
      try (ServiceProcess service = start(network)) {
        far.appear();
        ServiceProcess.until(20_000, "all up", () -> all(service, "ok"));
        // When
        inside(service, "ip", "link", "set", "far0", "down");
        ServiceProcess.until(
            10_000,
            "offline",
            () -> {
              assertNotDown(service);
              return settled(service);
            });
        inside(service, "ip", "link", "set", "far0", "up");
        // Then
        ServiceProcess.until(
            20_000,
            "all up again",
            () -> {
              assertNotDown(service);
              return all(service, "ok");
            });
      }
    }
  }

  private static boolean all(ServiceProcess service, String cause) {
    try {
      JsonArray verdicts = verdicts(service);
      return verdicts.size() == FAR.size()
          && verdicts.stream().allMatch(one -> cause.equals(((JsonObject) one).getString("cause")));
    } catch (Exception notYet) {
      return false;
    }
  }

  private static void assertNotDown(ServiceProcess service) {
    try {
      assertNeverDown(service);
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }

  /** A host of its own at the other end of the wire, with all far addresses and a server. */
  private record FarHost(Process nginx) implements AutoCloseable {
    static FarHost start(Path directory) throws Exception {
      Files.createDirectories(directory);
      Path conf = directory.resolve("nginx.conf");
      Files.writeString(
          conf,
          """
          daemon off; master_process off; pid DIR/nginx.pid; error_log DIR/error.log;
          events { worker_connections 128; }
          http {
            access_log off;
            client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f;
            uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;
            server { listen 80; location / { return 200 "ok"; } }
          }
          """
              .replace("DIR", directory.toString()));
      Process nginx =
          new ProcessBuilder(
                  "unshare", "--net", "nginx", "-p", directory.toString(), "-c", conf.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("out").toFile())
              .start();
      Path own = Path.of("/proc/self/ns/net");
      Path its = Path.of("/proc/" + nginx.pid() + "/ns/net");
      String ours = Files.readSymbolicLink(own).toString();
      ServiceProcess.until(5_000, "a network of its own", () -> !ours.equals(link(its)));
      return new FarHost(nginx);
    }

    private static String link(Path path) {
      try {
        return Files.readSymbolicLink(path).toString();
      } catch (IOException gone) {
        return "";
      }
    }

    long pid() {
      return nginx.pid();
    }

    /** Takes its addresses. */
    void appear() throws Exception {
      StringBuilder commands = new StringBuilder("ip link set far1 up");
      for (String address : FAR) {
        commands.append(" && ip addr add ").append(address).append("/24 dev far1");
      }
      ServiceProcess.run(
          "nsenter", "--target", Long.toString(pid()), "--net", "sh", "-c", commands.toString());
    }

    @Override
    public void close() {
      nginx.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }
}
