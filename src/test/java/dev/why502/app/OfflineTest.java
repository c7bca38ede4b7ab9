package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prober without a network says so, and calls no site down. In a network namespace of its own. */
@Timeout(60)
class OfflineTest {
  /** TEST-NET-2 (RFC 5737): nobody is there. */
  private static final List<String> FAR = List.of("198.51.100.7", "198.51.100.8", "198.51.100.9");

  /** A network with no other host: names its end as it is, then becomes the service. */
  private static final String UP =
      "ip link set lo up && ip link add far0 type veth peer name far1"
          + " && ip addr add 192.0.2.1/24 dev far0 && ip link set far0 up && ip link set far1 up"
          + " && ip route add default via 192.0.2.254";

  @TempDir private Path directory;
  private Path definitions;

  @BeforeEach
  void define() throws Exception {
    ServiceProcess.require("unshare", "--net", "ip", "link", "show");
    ServiceProcess.require("nsenter", "--version");
    ServiceProcess.require("curl", "--version");
    definitions = directory.resolve("probes.json");
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

  /** All have a verdict and none is a first word that is still to be deepened. */
  private static boolean settled(ServiceProcess service) {
    try {
      JsonArray verdicts = verdicts(service);
      return verdicts.size() == FAR.size()
          && verdicts.stream()
              .allMatch(one -> "prober-offline".equals(((JsonObject) one).getString("cause")));
    } catch (Exception notYet) {
      return false;
    }
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
  void lossUnderWayTurnsUpIntoUnknown() throws Exception {
    // Given
    String network =
        "ip link set lo up && ip link add far0 type dummy && ip link set far0 up"
            + " && ip addr add 192.0.2.1/24 dev far0 && ip route add default dev far0";
    try (ServiceProcess service = start(network)) {
      ServiceProcess.until(20_000, "judged", () -> settled(service));
      // When
      inside(service, "ip", "link", "set", "far0", "down");
      ServiceProcess.until(10_000, "judged again", () -> settled(service));
      // Then
      assertNeverDown(service);
    }
  }
}
