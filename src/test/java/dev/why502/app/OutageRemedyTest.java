package dev.why502.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.CaseRead;
import dev.why502.bus.Json;
import dev.why502.definition.Remedy;
import dev.why502.definition.Selection;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.remedy.Outcome;
import dev.why502.remedy.RemedyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first outage, repaired by the shipped remedy; and by remedies that do harm. */
@Timeout(60)
class OutageRemedyTest {
  static final Path SCRIPT = Path.of("conf/remedies/correct-gateway-port").toAbsolutePath();

  @RegisterExtension static final RealSite SITE = new RealSite();

  /** A gateway that sends /api/ to a port of nobody, in a file that a link leads to. */
  record Broken(Path config, Path available, Path enabled, int edge, int wrong, int backend) {
    String from() {
      return "localhost:" + wrong;
    }

    String to() {
      return "localhost:" + backend;
    }
  }

  static Broken broken(RealSite site) throws IOException {
    int edge = site.port();
    int wrong = site.port();
    int backend = site.service(RealSiteService.answers(200)).port();
    int frontend = site.service(RealSiteService.answers(200)).port();
    Path available = site.directory().resolve("front/sites-available/shop");
    Path enabled = site.directory().resolve("front/sites-enabled/shop");
    Files.createDirectories(available.getParent());
    Files.createDirectories(enabled.getParent());
    Files.writeString(
        available,
        """
        server {
            listen 127.0.0.1:%d;
            location /api/ {
                proxy_pass http://localhost:%d/api/;  # the service
            }
            location / { proxy_pass http://127.0.0.1:%d; }
        }"""
            .formatted(edge, wrong, frontend));
    Files.setPosixFilePermissions(available, PosixFilePermissions.fromString("rw-r-----"));
    Files.createSymbolicLink(enabled, Path.of("../sites-available/shop"));
    RealSiteNginx nginx = site.nginx("front", edge, "    include " + enabled.getParent() + "/*;");
    site.edge("templates", "http://127.0.0.1:" + edge + "/api/templates", "front", "backend");
    site.edge("home", "http://127.0.0.1:" + edge + "/", "front", "frontend");
    site.probe("backend", "http://127.0.0.1:" + backend + "/api/templates");
    site.probe("frontend", "http://127.0.0.1:" + frontend + "/");
    return new Broken(nginx.config(), available, enabled, edge, wrong, backend);
  }

  private static Remedy remedy(Broken site, String... run) {
    return new Remedy(
        "correct",
        Set.of(Cause.GATEWAY_WRONG_PORT.code()),
        new Selection(Set.of("templates"), Map.of()),
        List.of(run),
        "/",
        Map.of(
            "CONFIG",
            site.config.toString(),
            "VERIFY_URL",
            "http://127.0.0.1:" + site.edge + "/api/templates",
            "VERIFY_SECONDS",
            "1"),
        Duration.ofSeconds(20),
        Duration.ZERO,
        60,
        1,
        Remedy.Sureness.CERTAIN);
  }

  private static Remedy shipped(Broken site, String to) {
    return remedy(site, SCRIPT.toString(), "{file}", "{line}", "{from}", to, "{sha256}");
  }

  @Test
  void shippedRemedyEndsTheOutageAndProvesIt() throws Exception {
    // Given
    Broken site = broken(SITE);
    String before = Files.readString(site.available);
    try (RemedySite running =
        new RemedySite(SITE.definitions(), SITE.directory(), List.of(shipped(site, "{to}")))) {
      long began = System.nanoTime();
      // When
      running.round();
      RemedyRun run = running.outcome();
      long millis = (System.nanoTime() - began) / 1_000_000;
      // Then
      assertEquals(Outcome.REPAIRED, run.outcome(), run.toString());
      assertEquals(Cause.OK, requireNonNull(run.after()).cause());
      assertEquals(before.replace(site.from(), site.to()), Files.readString(site.available));
      assertTrue(Files.isSymbolicLink(site.enabled));
      assertEquals(
          "rw-r-----",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(site.available)));
      assertEquals(
          List.of("shop"), names(site.available.getParent()), "nothing is left beside the file");
      CaseRead kept = Json.readCase(requireNonNull(running.kept.get(run.id())));
      assertEquals(Cause.GATEWAY_WRONG_PORT, Diagnosis.of(requireNonNull(kept.read())).cause());
      System.out.println("outage (1): seen, repaired and proved in " + millis + " ms");
    }
  }

  @Test
  void remedyThatMissesIsPutBackAndStopped() throws Exception {
    // Given
    Broken site = broken(SITE);
    byte[] before = Files.readAllBytes(site.available);
    String nobody = "localhost:" + SITE.port();
    try (RemedySite running =
        new RemedySite(SITE.definitions(), SITE.directory(), List.of(shipped(site, nobody)))) {
      for (int i = 1; i <= 3; i++) {
        // When
        running.round();
        RemedyRun run = running.outcome();
        // Then
        assertEquals(Outcome.NOT_REPAIRED, run.outcome(), run.toString());
        assertEquals(7, requireNonNull(run.data()).exit(), run.toString());
        assertArrayEquals(before, Files.readAllBytes(site.available));
        assertEquals(i == 3, run.summary().contains("stopped: 3 runs"), run.summary());
      }
      running.round();
      assertEquals("stopped", running.shown().getString("state"));
      assertTrue(running.ended.isEmpty());
    }
  }

  @Test
  void brokenConfigurationIsRefusedAndPutBack() throws Exception {
    // Given
    Broken site = broken(SITE);
    byte[] before = Files.readAllBytes(site.available);
    try (RemedySite running =
        new RemedySite(SITE.definitions(), SITE.directory(), List.of(shipped(site, "no;}{")))) {
      // When
      running.round();
      RemedyRun run = running.outcome();
      // Then
      assertEquals(Outcome.NOT_REPAIRED, run.outcome(), run.toString());
      assertEquals(5, requireNonNull(run.data()).exit(), run.toString());
      assertArrayEquals(before, Files.readAllBytes(site.available));
    }
  }

  @Test
  void remedyThatEndsTheGatewayIsWorseAndStoppedAtOnce() throws Exception {
    // Given
    Broken site = broken(SITE);
    Remedy harmful = remedy(site, "sh", "-c", "nginx -s stop -c $CONFIG; echo '}' >> $WHY502_FILE");
    try (RemedySite running =
        new RemedySite(SITE.definitions(), SITE.directory(), List.of(harmful))) {
      // When
      running.round();
      RemedyRun run = running.outcome();
      // Then
      assertEquals(Outcome.WORSE, run.outcome(), run.toString());
      assertTrue(run.summary().contains("stopped: its last run made it worse"), run.summary());
      assertEquals("stopped", running.shown().getString("state"));
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(one -> one.getFileName().toString()).sorted().toList();
    }
  }
}
