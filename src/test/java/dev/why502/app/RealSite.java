package dev.why502.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.definition.Definitions;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.OneRound;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A site of this machine's own programs for one test: real gateways, services that fail on purpose,
 * and one round of all probes through everything that the product is made of.
 */
final class RealSite
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** 127.0.0.1, whatever the machine calls loopback. */
  static final InetAddress LOOPBACK = loopback();

  private static final long LONGEST_ROUND_SECONDS = 30;

  private final Set<Integer> taken = new HashSet<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private @Nullable Vertx vertx;
  private @Nullable HostSources sources;
  private Path directory = Path.of("");
  private JsonArray gateways = new JsonArray();
  private JsonArray probes = new JsonArray();
  private String timeout = "";

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    requireProgram("nginx", "-v");
    vertx = VertxSetup.vertx(null);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    sources = new HostSources(requireNonNull(vertx), InstantSource.system());
    directory = Files.createTempDirectory("why502-site-");
    gateways = new JsonArray();
    probes = new JsonArray();
    timeout = "4s";
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    requireNonNull(sources).close().await(10, TimeUnit.SECONDS);
    while (!open.isEmpty()) {
      open.pop().close();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (vertx != null) {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  /** Skips the test aloud where a program is missing, unless gateways are required. */
  static void requireProgram(String... command) {
    boolean there;
    try {
      there = Said.of(command).status() == 0;
    } catch (IOException absent) {
      there = false;
    }
    if (!there && Boolean.getBoolean("why502.require.gateways")) {
      fail(command[0] + " is required and missing");
    }
    assumeTrue(there, command[0] + " is not usable here: skipped");
  }

  Path directory() {
    return directory;
  }

  /** What is closed at the end of the test, the last one first. */
  <T extends AutoCloseable> T with(T opened) {
    open.push(opened);
    return opened;
  }

  /** A port where nothing listens, in IPv4 or IPv6; each is given once. */
  int port() throws IOException {
    for (int i = 0; i < 100; i++) {
      try (ServerSocket socket = new ServerSocket(0, 1)) {
        if (taken.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
    throw new AssertionError("no free port");
  }

  RealSiteService service(RealSiteService.Manner manner) throws IOException {
    return with(RealSiteService.start("127.0.0.1", port(), manner));
  }

  /** A started nginx with this http block, known to the definitions under its name. */
  RealSiteNginx nginx(String name, int port, String http) throws IOException {
    RealSiteNginx nginx = stoppedNginx(name, http);
    nginx.start(port);
    return nginx;
  }

  /** The same, not started. */
  RealSiteNginx stoppedNginx(String name, String http) throws IOException {
    RealSiteNginx nginx = with(RealSiteNginx.write(directory.resolve(name), http));
    gateways.add(
        new JsonObject()
            .put("id", name)
            .put("kind", "nginx")
            .put("config", nginx.config().toString())
            .put("errorLog", nginx.errorLog().toString()));
    return nginx;
  }

  /** Adds a probe; what is put into it before the next round counts. */
  JsonObject probe(String id, String target) {
    JsonObject probe = new JsonObject().put("id", id).put("target", target).put("timeout", "4s");
    probes.add(probe);
    return probe;
  }

  /** An edge probe behind a gateway. */
  JsonObject edge(String id, String target, String gateway, String... upstreams) {
    JsonObject probe = probe(id, target).put("gateway", gateway);
    return upstreams.length == 0
        ? probe
        : probe.put("upstreams", new JsonArray(List.of((Object[]) upstreams)));
  }

  /** Timeout of every probe. */
  void timeout(String text) {
    timeout = text;
  }

  /** The definitions file as it stands. */
  Path definitions() throws IOException {
    Path file = directory.resolve("definitions.json");
    JsonObject all =
        new JsonObject()
            .put("defaults", new JsonObject().put("timeout", timeout))
            .put("gateways", gateways)
            .put("probes", probes);
    Files.writeString(file, all.encodePrettily());
    return file;
  }

  /** One round now, of every probe. */
  Round round() throws Exception {
    Definitions loaded = Loaded.file(definitions());
    if (loaded == null) {
      throw new AssertionError("the test's own definitions are refused");
    }
    return new Round(
        new OneRound(requireNonNull(vertx), requireNonNull(sources), InstantSource.system(), "test")
                .run(loaded, loaded.probes(), false)
                .await(LONGEST_ROUND_SECONDS, TimeUnit.SECONDS)
                .stream()
                .map(Diagnosis::of)
                .toList());
  }

  /** One check now, without a request to any gateway. */
  OneRound.Checked check() throws Exception {
    Definitions loaded = Loaded.file(definitions());
    if (loaded == null) {
      throw new AssertionError("the test's own definitions are refused");
    }
    return new OneRound(
            requireNonNull(vertx), requireNonNull(sources), InstantSource.system(), "test")
        .check(loaded, loaded.probes())
        .await(LONGEST_ROUND_SECONDS, TimeUnit.SECONDS);
  }

  /** What one round came to. */
  record Round(List<Verdict> verdicts) {
    Verdict of(String probe) {
      return verdicts.stream()
          .filter(verdict -> verdict.probe().equals(probe))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no verdict of " + probe));
    }
  }

  /** What a short command said, and how it ended. */
  record Said(int status, String text) {
    static Said of(String... command) throws IOException {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      try {
        String text =
            new String(process.getInputStream().readNBytes(256 * 1024), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(String.join(" ", command) + " hangs");
        }
        return new Said(process.exitValue(), text);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new AssertionError(interrupted);
      }
    }
  }
}
