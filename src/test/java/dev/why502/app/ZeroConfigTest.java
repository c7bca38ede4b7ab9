package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code diagnose URL} alone: which gateway of this host answers, and with which file. */
@Timeout(60)
class ZeroConfigTest {
  /** From the command's start to its end, that of the Java process included. */
  private static final long LONGEST_MILLIS = 3_000;

  /** Other tests may run beside this one: the fastest of a few is what it takes. */
  private static final int TRIES = 5;

  @RegisterExtension static final RealSite SITE = new RealSite();

  @Test
  void urlAloneFindsTheGatewayThatHoldsThePort() throws Exception {
    // Given
    int dead = SITE.port();
    int port = SITE.port();
    int other = SITE.port();
    RealSiteNginx nginx = SITE.nginx("web", port, server(port, dead));
    SITE.nginx("another", other, server(other, SITE.port()));
    String url = "http://127.0.0.1:" + port + "/api/x";

    // When
    CommandRun run = CommandRun.of("diagnose", url, "--json");

    // Then
    JsonObject verdict = run.verdict();
    assertEquals(1, run.status());
    assertEquals("nginx", verdict.getString("gateway"));
    assertEquals("upstream-refused", verdict.getString("cause"));
    assertEquals("certain", verdict.getString("confidence"));
    assertTrue(verdict.getString("summary").contains("127.0.0.1:" + dead));
    assertTrue(run.out().contains(nginx.config() + ":"), run.out());
    assertTrue(run.out().contains("gateway-log"), run.out());
    assertTrue(run.err().contains(nginx.config().toString()), run.err());
  }

  @Test
  void answerComesWhileOneWaitsForIt() throws Exception {
    // Given
    int port = SITE.port();
    SITE.nginx("web", port, server(port, SITE.port()));
    String url = "http://127.0.0.1:" + port + "/api/x";

    // When
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && fastest >= LONGEST_MILLIS; i++) {
      fastest = Math.min(fastest, CommandRun.of("diagnose", url).millis());
    }

    // Then
    assertTrue(fastest < LONGEST_MILLIS, fastest + " ms");
  }

  @Test
  void programThatIsNoGatewayIsNotTakenForOne() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(502)).port();
    int other = SITE.port();
    SITE.nginx("another", other, server(other, port));

    // When
    CommandRun run = CommandRun.of("diagnose", "http://127.0.0.1:" + port + "/api/x", "--json");

    // Then
    assertNull(run.verdict().getString("gateway"));
    assertFalse(run.out().contains("gateway-config"), run.out());
    assertTrue(run.err().contains("which is no known gateway"), run.err());
  }

  @Test
  void serviceThatHasWhatWasAskedForIsLikelyTheOneThatIsMeant() throws Exception {
    // Given
    int dead = SITE.port();
    int port = SITE.port();
    int right = SITE.port();
    RealSiteNginx nginx = SITE.nginx("web", port, server(port, dead));
    files(right);

    // When
    CommandRun run = CommandRun.of("diagnose", "http://127.0.0.1:" + port + "/api/x", "--json");

    // Then
    JsonObject verdict = run.verdict();
    assertEquals("gateway-wrong-port", verdict.getString("cause"), run.out());
    assertEquals("likely", verdict.getString("confidence"));
    assertTrue(verdict.getString("summary").contains("python3, pid "), run.out());
    assertTrue(verdict.getString("summary").contains(String.valueOf(right)), run.out());
    assertEquals(
        nginx.config().toString(),
        verdict.getJsonObject("fix").getJsonObject("at").getString("file"));
  }

  @Test
  void serviceThatHasAnythingIsNoProof() throws Exception {
    // Given
    int dead = SITE.port();
    int port = SITE.port();
    SITE.nginx("web", port, server(port, dead));
    int any = SITE.service(RealSiteService.answers(200)).port();

    // When
    CommandRun run = CommandRun.of("diagnose", "http://127.0.0.1:" + port + "/api/x", "--json");

    // Then
    JsonObject verdict = run.verdict();
    assertEquals("upstream-refused", verdict.getString("cause"), run.out());
    assertEquals("certain", verdict.getString("confidence"));
    assertTrue(verdict.getJsonArray("unsettled").encode().contains(":" + any), run.out());
  }

  /** A service of another process, which has one file and nothing else. */
  private static void files(int port) throws Exception {
    RealSite.requireProgram("python3", "-c", "import http.server");
    Path root = Files.createDirectories(SITE.directory().resolve("root/api"));
    Files.writeString(root.resolve("x"), "x");
    Process server =
        new ProcessBuilder(
                "python3",
                "-m",
                "http.server",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--directory",
                String.valueOf(root.getParent()))
            .redirectErrorStream(true)
            .redirectOutput(SITE.directory().resolve("python").toFile())
            .start();
    SITE.with((AutoCloseable) () -> server.destroyForcibly().onExit().join());
    ServiceProcess.until(10_000, "python3 listens", () -> listens(port));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(RealSite.LOOPBACK, port)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void namedFileCountsAndTellsItsKind() throws Exception {
    // Given
    int dead = SITE.port();
    int port = SITE.port();
    RealSiteNginx nginx = SITE.nginx("web", port, server(port, dead));
    Path own = SITE.directory().resolve("own-name");
    Files.copy(nginx.config(), own);

    // When
    CommandRun run =
        CommandRun.of(
            "diagnose",
            "http://127.0.0.1:" + port + "/api/x",
            "--gateway-config",
            own.toString(),
            "--json");

    // Then
    assertEquals("nginx", run.verdict().getString("gateway"));
    assertTrue(run.out().contains(own + ":"), run.out());
  }

  @Test
  void definedGatewayWithoutAFileIsNotSoughtElsewhere() throws Exception {
    // Given
    int port = SITE.port();
    RealSiteNginx nginx = SITE.nginx("web", port, server(port, SITE.port()));
    Path definitions = definitions("nginx", port);

    // When
    CommandRun run = CommandRun.of("diagnose", "--definitions", definitions.toString(), "--json");

    // Then
    assertEquals("web", run.verdict().getString("gateway"));
    assertFalse(run.out().contains(nginx.config().toString()), run.out());
    assertFalse(run.out().contains("/etc/nginx"), run.out());
  }

  private static Path definitions(String kind, int port) throws Exception {
    return Files.writeString(
        SITE.directory().resolve("own.json"),
        """
        {
          "gateways": [ { "id": "web", "kind": "%s" } ],
          "probes": [ { "id": "site", "target": "http://127.0.0.1:%d/api/x", "gateway": "web" } ]
        }
        """
            .formatted(kind, port));
  }

  private static String server(int port, int upstream) {
    return """
        server {
            listen 127.0.0.1:%d;
            location /api/ {
                proxy_pass http://127.0.0.1:%d;
            }
        }
        """
        .formatted(port, upstream);
  }
}
