package dev.why502.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two outages that this project was begun for, as they were, on other ports. */
@Timeout(60)
class OutageTest {
  private static final String HOST = "nanobanana.gitagent.io";
  private static final String TEMPLATES = "/api/templates?sort=popular&limit=6";
  private static final String PERMISSIONS = "/api/user-permissions/test";

  @RegisterExtension static final RealSite SITE = new RealSite();

  @Test
  void apiSentToThePortOfNobody() throws Exception {
    // Given
    Broken site = brokenSite();

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    String line =
        site.siteFile + ":" + lineOf(site.siteFile, "proxy_pass http://localhost:" + site.wrong);
    for (String id : List.of("templates", "permissions")) {
      Verdict verdict = verdicts.of(id);
      String said = verdict.summary() + " " + verdict.chain();
      assertEquals(State.DOWN, verdict.state(), said);
      assertEquals(Cause.GATEWAY_WRONG_PORT, verdict.cause(), said);
      assertEquals(Confidence.CERTAIN, verdict.confidence(), said);
      assertEquals("connection_refused", verdict.proxyStatus());
      assertEquals("backend", verdict.upstream());
      assertTrue(said.contains(line), said + " does not name " + line);
      assertTrue(said.contains(":" + site.wrong), said);
      assertTrue(verdict.summary().contains(String.valueOf(site.backend)), said);
      assertEquals(Cause.GATEWAY_BAD_GATEWAY, verdict.chain().get(0).cause(), said);
    }
    for (String id : List.of("home", "backend", "frontend", "admin", "admin-frontend")) {
      assertEquals(State.UP, verdicts.of(id).state(), id + ": " + verdicts.of(id).summary());
    }
  }

  @Test
  void printedStepsEndTheOutage() throws Exception {
    // Given
    Broken site = brokenSite();
    Fix fix = requireNonNull(SITE.round().of("templates").fix());
    String before = Files.readString(site.siteFile);
    List<ProcessHandle> old = site.nginx.workers();

    // When
    for (String step : fix.steps()) {
      RealSite.Said said = RealSite.Said.of("bash", "-c", step);
      assertEquals(0, said.status(), step + "\n" + said.text());
    }
    site.nginx.settled(old);

    // Then
    assertEquals(
        before.replace(
            "http://localhost:" + site.wrong + "/", "http://localhost:" + site.backend + "/"),
        Files.readString(site.siteFile));
    RealSite.Said verified = RealSite.Said.of("bash", "-c", requireNonNull(fix.verify()));
    assertEquals("200", verified.text().strip());
    long refusedBefore = refusals(site.nginx);
    for (Verdict verdict : SITE.round().verdicts()) {
      assertEquals(State.UP, verdict.state(), verdict.probe() + ": " + verdict.summary());
      assertEquals(Cause.OK, verdict.cause());
    }
    assertEquals(200, status(site.tls.get(site.edge, HOST, TEMPLATES)));
    int permissions = status(site.tls.get(site.edge, HOST, PERMISSIONS));
    assertTrue(permissions == 200 || permissions == 404, "permissions: " + permissions);
    String home = site.tls.get(site.edge, HOST, "/");
    assertEquals(200, status(home));
    assertTrue(home.contains("a resource"), home);
    assertEquals(
        refusedBefore, refusals(site.nginx), "lines of refused connections after the repair");
  }

  @Test
  void applicationThatDoesNotListenIsRefused() throws Exception {
    // Given
    int port = SITE.port();
    int app = SITE.port();
    SITE.nginx("front", port, plain(port, app));
    edgeAndApp(port, app);

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    for (String id : List.of("site", "app")) {
      Verdict verdict = verdicts.of(id);
      assertEquals(State.DOWN, verdict.state());
      assertEquals(Cause.UPSTREAM_REFUSED, verdict.cause(), verdict.summary());
      assertTrue(verdict.summary().contains(":" + app), verdict.summary());
      assertNotEquals(0, verdict.chain().size());
    }
  }

  @Test
  void applicationThatDoesNotRunIsNamed() throws Exception {
    // Given
    int port = SITE.port();
    int app = SITE.port();
    SITE.nginx("front", port, plain(port, app));
    edgeAndApp(port, app)
        .put("process", new JsonObject().put("command", "^next-server classrooom " + app));

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    for (String id : List.of("site", "app")) {
      Verdict verdict = verdicts.of(id);
      assertEquals(State.DOWN, verdict.state());
      assertEquals(Cause.PROCESS_NOT_RUNNING, verdict.cause(), verdict.summary());
      assertTrue(
          verdict.chain().stream().anyMatch(link -> link.cause() == Cause.UPSTREAM_REFUSED),
          verdict.chain().toString());
    }
  }

  @Test
  void applicationWithoutItsBuildIsNamed() throws Exception {
    // Given
    int port = SITE.port();
    int app = SITE.port();
    Path build = SITE.directory().resolve(".next/BUILD_ID");
    SITE.nginx("front", port, plain(port, app));
    edgeAndApp(port, app)
        .put("process", new JsonObject().put("command", "^next-server classrooom " + app))
        .put("artifacts", new JsonArray().add(build.toString()));

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    for (String id : List.of("site", "app")) {
      Verdict verdict = verdicts.of(id);
      assertEquals(Cause.PROCESS_BUILD_MISSING, verdict.cause(), verdict.summary());
      assertTrue(verdict.summary().contains(build.toString()), verdict.summary());
    }
  }

  /** The first outage, with what is needed to tell whether it is over. */
  private record Broken(
      RealSiteTls tls, RealSiteNginx nginx, Path siteFile, int edge, int wrong, int backend) {}

  /** One host with four services; the gateway sends one location to a port of nobody. */
  private static Broken brokenSite() throws IOException {
    RealSiteTls tls = RealSiteTls.of(SITE.directory(), HOST);
    int edge = SITE.port();
    int wrong = SITE.port();
    int backend =
        SITE.service(
                RealSiteService.statuses(
                    path ->
                        path.startsWith("/api/templates")
                            ? 200
                            : path.equals(PERMISSIONS) ? 404 : 0))
            .port();
    int frontend = SITE.service(RealSiteService.answers(200)).port();
    int admin = SITE.service(RealSiteService.answers(404)).port();
    int adminFrontend = SITE.service(RealSiteService.answers(200)).port();
    Path siteFile = SITE.directory().resolve("front/sites-enabled/" + HOST);
    Files.createDirectories(siteFile.getParent());
    Files.writeString(siteFile, siteBlock(edge, wrong, frontend, tls));
    RealSiteNginx nginx = SITE.nginx("front", edge, "    include " + siteFile.getParent() + "/*;");

    JsonObject request =
        new JsonObject().put("connectTo", "127.0.0.1:" + edge).put("ca", tls.ca().toString());
    SITE.edge("templates", "https://" + HOST + TEMPLATES, "front", "backend")
        .put("request", request)
        .put("expect", new JsonObject().put("status", new JsonArray().add(200)));
    SITE.edge("permissions", "https://" + HOST + PERMISSIONS, "front", "backend")
        .put("request", request)
        .put("expect", new JsonObject().put("status", new JsonArray().add(200).add(404)));
    SITE.edge("home", "https://" + HOST + "/", "front", "frontend").put("request", request);
    SITE.probe("backend", "http://127.0.0.1:" + backend + "/api/templates");
    SITE.probe("frontend", "http://127.0.0.1:" + frontend + "/");
    SITE.probe("admin", "tcp://127.0.0.1:" + admin);
    SITE.probe("admin-frontend", "http://127.0.0.1:" + adminFrontend + "/");
    return new Broken(tls, nginx, siteFile, edge, wrong, backend);
  }

  private static String siteBlock(int edge, int wrong, int frontend, RealSiteTls tls) {
    String headers =
        """
                proxy_http_version 1.1;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection 'upgrade';
                proxy_set_header Host $host;
                proxy_set_header X-Real-IP $remote_addr;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_cache_bypass $http_upgrade;
                proxy_read_timeout 86400;
        """;
    return """
    server {
        server_name %1$s;

        location /api/ {
            proxy_pass http://localhost:%2$d/api/;
    %3$s
            add_header 'Access-Control-Allow-Origin' '*' always;
        }

        location / {
            proxy_pass http://localhost:%4$d;
    %3$s
        }

        listen 127.0.0.1:%5$d ssl;
        ssl_certificate %6$s;
        ssl_certificate_key %7$s;
    }
    """
        .formatted(HOST, wrong, headers, frontend, edge, tls.certificate(), tls.key());
  }

  private static String plain(int port, int app) {
    return """
        server {
            listen 127.0.0.1:%d;
            server_name classroom.example;
            location / {
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header Host $host;
            }
        }
    """
        .formatted(port, app);
  }

  /** The probes of the second outage; that of the application is returned. */
  private static JsonObject edgeAndApp(int port, int app) {
    SITE.edge("site", "http://127.0.0.1:" + port + "/", "front", "app");
    return SITE.probe("app", "http://127.0.0.1:" + app + "/");
  }

  private static long refusals(RealSiteNginx nginx) throws IOException {
    return Files.readAllLines(nginx.errorLog()).stream()
        .filter(line -> line.contains("Connection refused"))
        .count();
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
  }

  private static int lineOf(Path file, String text) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(text)) {
        return i + 1;
      }
    }
    throw new AssertionError(text + " is not in " + file);
  }
}
