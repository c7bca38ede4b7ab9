package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.bus.Samples;
import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clients of the Vert.x project, as npm has them, against both bridges. */
@Timeout(120)
class OfficialClientsTest {
  private static final String[] PACKAGES = {
    "@vertx/eventbus-bridge-client.js@1.0.0",
    "sockjs-client@1.6.1",
    "vertx3-tcp-eventbus-client@1.0.0-SNAPSHOT"
  };

  /** Where they are kept between runs. */
  private static final Path KEPT = Path.of("target/bridge-clients").toAbsolutePath();

  private static final int INSTALL_SECONDS = 90;
  private static final int PATIENCE_SECONDS = 20;
  private static final String TOKEN = "correct-horse-battery";

  @BeforeAll
  static void install() throws Exception {
    boolean node = usable("node") && usable("npm");
    if (!node && Boolean.getBoolean("why502.require.gateways")) {
      fail("Node and npm are required");
    }
    assumeTrue(node, "skipped: without Node and npm no official client can be tried");
    boolean there = true;
    if (!Files.exists(KEPT.resolve("node_modules/vertx3-tcp-eventbus-client"))) {
      Files.createDirectories(KEPT);
      List<String> command =
          new ArrayList<>(
              List.of(
                  "npm",
                  "install",
                  "--prefix",
                  KEPT.toString(),
                  "--no-audit",
                  "--no-fund",
                  "--silent"));
      command.addAll(List.of(PACKAGES));
      there = ends(command);
    }
    assumeTrue(there, "skipped: the registry of the official clients cannot be reached");
  }

  private static boolean usable(String program) throws InterruptedException {
    return ends(List.of(program, "--version"));
  }

  private static boolean ends(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"websocket", "xhr-streaming", "xhr-polling"})
  void sockJsClientAsksListensAndIsRefused(String transport) throws Exception {
    // Given
    try (Service service = Service.start()) {
      service.feed.verdict(Samples.up("backend"));
      // When
      try (Client client =
          Client.start(
              "sockjs-client.js", "http://127.0.0.1:" + service.port() + "/eventbus", transport)) {
        // Then
        client.expect("open \"" + transport + "\"");
        client.expect("reply [\"backend\"]");
        service.feed.verdict(Samples.down("templates"));
        client.expect("news {\"probe\":\"templates\",\"seq\":2}");
        client.expect("error {\"type\":\"err\",\"body\":\"access_denied\"}");
        client.expect(
            "refused {\"failureCode\":400,\"failureType\":\"RECIPIENT_FAILURE\","
                + "\"message\":\"limit must be a whole number from 1 on\"}");
        client.expect("done true");
        service.feed.verdict(Samples.up("templates"));
        client.expect("news {\"probe\":\"templates\",\"seq\":3}");
        assertEquals(1, service.meters.sockets());
        client.leave();
        client.expect("closed {\"code\":1000,\"reason\":\"Normal closure\"}");
      }
    }
  }

  @Test
  void tcpClientAsksListensAndIsRefused() throws Exception {
    // Given
    try (Service service = tcp(null);
        Client client = Client.start("tcp-client.js", String.valueOf(service.tcpPort()))) {
      // When
      converse(service, client);
      // Then
      client.leave();
      client.expect("closed {}");
    }
  }

  @Test
  void tcpClientShowsTheTokenInItsDefaultHeaders() throws Exception {
    // Given
    try (Service service = tcp(TOKEN);
        Client client = Client.start("tcp-client.js", String.valueOf(service.tcpPort()), TOKEN);
        Client stranger = Client.start("tcp-client.js", String.valueOf(service.tcpPort()))) {
      // When
      converse(service, client);
      // Then
      stranger.expect("open \"tcp\"");
      stranger.expect("error {\"type\":\"err\",\"message\":\"access_denied\"}");
      stranger.expect("error {\"type\":\"err\",\"message\":\"access_denied\"}");
    }
  }

  private static void converse(Service service, Client client) throws InterruptedException {
    client.expect("open \"tcp\"");
    client.expect("reply []");
    service.feed.verdict(Samples.down("templates"));
    client.expect("news {\"probe\":\"templates\",\"seq\":1}");
    client.expect("error {\"type\":\"err\",\"message\":\"access_denied\"}");
    client.expect(
        "refused {\"failureCode\":400,\"failureType\":\"RECIPIENT_FAILURE\","
            + "\"message\":\"limit must be a whole number from 1 on\"}");
    client.expect("done true");
  }

  private static Service tcp(@Nullable String token) {
    return Service.start(TcpBridgeTest.options("127.0.0.1", token, WebOptions.Times.DEFAULT));
  }

  /** A script in Node, and what it says. */
  private static final class Client implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Client(Process process) {
      this.process = process;
      Thread reader = new Thread(this::read, "client");
      reader.setDaemon(true);
      reader.start();
    }

    static Client start(String script, String... arguments) throws IOException {
      Path file = KEPT.resolve(script);
      try (InputStream text = OfficialClientsTest.class.getResourceAsStream(script)) {
        Files.write(file, text.readAllBytes());
      }
      List<String> command = new ArrayList<>(List.of("node", "--no-deprecation", file.toString()));
      command.addAll(List.of(arguments));
      return new Client(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
      try (BufferedReader text =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = text.readLine(); line != null; line = text.readLine()) {
          lines.add(line);
        }
      } catch (IOException gone) {
        lines.add("gone");
      }
    }

    void expect(String line) throws InterruptedException {
      assertEquals(line, lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** The script closes its bus when nothing more can come from us. */
    void leave() throws IOException {
      process.getOutputStream().close();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
