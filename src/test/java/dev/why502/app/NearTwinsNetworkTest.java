package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.terminal.ExitStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four ways in which a service is not reached, told apart by the command itself in a namespace of
 * its own: there the ports are those of the site, and firewall rules reach nobody else.
 */
@Timeout(60)
class NearTwinsNetworkTest {
  private static final int EDGE = 80;
  private static final int WRONG = 3001;
  private static final int RIGHT = 3002;
  private static final int REJECTED = 3003;
  private static final int DROPPED = 3004;
  private static final int DEAD = 3005;

  @Test
  void firewallAbsenceAndWrongPortAreToldApart(@TempDir Path directory) throws Exception {
    // Given
    RealSite.requireProgram("nginx", "-v");
    try (RealSiteNetwork network = RealSiteNetwork.open();
        RealSiteNginx services =
            RealSiteNginx.write(
                directory.resolve("services"),
                service(RIGHT) + service(REJECTED) + service(DROPPED),
                network.before());
        RealSiteNginx front =
            RealSiteNginx.write(directory.resolve("front"), front(), network.before())) {
      services.start(() -> network.accepts(DROPPED));
      front.start(() -> network.accepts(EDGE));
      network.firewall(
          "tcp dport " + REJECTED + " reject with tcp reset", "tcp dport " + DROPPED + " drop");
      Path definitions = definitions(directory, front);

      // When
      JsonArray verdicts = diagnose(network, definitions);

      // Then
      assertAll(
          () -> down(of(verdicts, "rejected"), "upstream-rejected", REJECTED),
          () -> down(of(verdicts, "dropped"), "upstream-connect-timeout", DROPPED),
          () -> says(of(verdicts, "rejected"), "\"tcp dport 3003 reject with tcp reset\""),
          () -> says(of(verdicts, "dropped"), "\"tcp dport 3004 drop\" in inet t in"),
          () -> down(of(verdicts, "dead"), "upstream-refused", DEAD),
          () -> down(of(verdicts, "wrong"), "gateway-wrong-port", WRONG),
          () -> assertEquals("up", of(verdicts, "right").getString("state")));
    }
  }

  private static JsonObject of(JsonArray verdicts, String probe) {
    return verdicts.stream()
        .map(JsonObject.class::cast)
        .filter(verdict -> verdict.getString("probe").equals(probe))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no verdict of " + probe));
  }

  private static JsonArray diagnose(RealSiteNetwork network, Path definitions) throws IOException {
    String java = System.getProperty("java.home") + File.separator + "bin/java";
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path arguments = definitions.resolveSibling("arguments");
    Files.writeString(
        arguments,
        "-Xmx256m -XX:TieredStopAtLevel=1 -cp \"" + classPath + "\" " + Main.class.getName());
    Path answer = definitions.resolveSibling("answer.json");
    RealSite.Said said =
        network.inside(
            "bash",
            "-c",
            "exec \"$0\" \"@$1\" diagnose --json --definitions \"$2\" >\"$3\"",
            java,
            arguments.toString(),
            definitions.toString(),
            answer.toString());
    assertEquals(ExitStatus.SOME_NOT_UP, said.status(), said.text());
    return new JsonObject(Files.readString(answer)).getJsonArray("verdicts");
  }

  private static Path definitions(Path directory, RealSiteNginx front) throws IOException {
    JsonArray probes = new JsonArray();
    Map.of("right", RIGHT, "rejected", REJECTED, "dropped", DROPPED, "dead", DEAD)
        .forEach(
            (id, port) -> {
              probes.add(edge(id, id + "-service"));
              probes.add(service(id + "-service", port));
            });
    probes.add(edge("wrong", "right-service"));
    Path file = directory.resolve("definitions.json");
    JsonObject gateway =
        new JsonObject()
            .put("id", "front")
            .put("kind", "nginx")
            .put("config", front.config().toString())
            .put("errorLog", front.errorLog().toString());
    Files.writeString(
        file,
        new JsonObject()
            .put("defaults", new JsonObject().put("timeout", "2s"))
            .put("gateways", new JsonArray().add(gateway))
            .put("probes", probes)
            .encodePrettily());
    return file;
  }

  private static JsonObject edge(String id, String upstream) {
    return service(id, EDGE)
        .put("target", "http://127.0.0.1/" + id + "/")
        .put("gateway", "front")
        .put("upstreams", new JsonArray(List.of(upstream)));
  }

  private static JsonObject service(String id, int port) {
    return new JsonObject().put("id", id).put("target", "http://127.0.0.1:" + port + "/");
  }

  private static String service(int port) {
    return "server { listen 127.0.0.1:%d; location / { return 200 \"well\\n\"; } }\n"
        .formatted(port);
  }

  private static String front() {
    StringBuilder locations = new StringBuilder();
    Map.of("right", RIGHT, "rejected", REJECTED, "dropped", DROPPED, "dead", DEAD, "wrong", WRONG)
        .forEach(
            (id, port) ->
                locations.append(
                    "location /%s/ { proxy_pass http://127.0.0.1:%d; }\n".formatted(id, port)));
    return "server {\nlisten 127.0.0.1:%d;\nproxy_connect_timeout 1s;\n%s}\n"
        .formatted(EDGE, locations);
  }

  private static void says(JsonObject verdict, String text) {
    assertEquals("certain", verdict.getString("confidence"), verdict::encodePrettily);
    assertTrue(verdict.getString("summary").contains(text), verdict::encodePrettily);
    assertTrue(
        verdict.getJsonObject("fix").getString("summary").contains(text), verdict::encodePrettily);
  }

  private static void down(JsonObject verdict, String cause, int port) {
    assertEquals(cause, verdict.getString("cause"), verdict::encodePrettily);
    assertEquals("down", verdict.getString("state"), verdict::encodePrettily);
    assertTrue(verdict.getString("summary").contains(":" + port), verdict::encodePrettily);
  }
}
