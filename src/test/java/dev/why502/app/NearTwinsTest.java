package dev.why502.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Faults that look the same from outside and are not: each has its twin beside it. */
@Timeout(30)
class NearTwinsTest {
  private static final String PATH = "/api/templates";

  @RegisterExtension static final RealSite SITE = new RealSite();

  // Nobody answers at the port where nginx sends.

  @Test
  void portWhereNobodyListensAnywhereIsTheServicesFault() throws Exception {
    // Given
    int dead = SITE.port();
    site("127.0.0.1:" + dead, "", dead);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_REFUSED, ":" + dead);
  }

  @Test
  void portWhereNobodyListensBesideTheRightOneIsTheGatewaysFault() throws Exception {
    // Given
    int dead = SITE.port();
    int right = SITE.service(RealSiteService.below("/api/")).port();
    site("127.0.0.1:" + dead, "", right);

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    down(verdicts.of("site"), Cause.GATEWAY_WRONG_PORT, ":" + dead);
    assertTrue(verdicts.of("site").summary().contains(String.valueOf(right)));
    up(verdicts.of("backend"));
  }

  @Test
  void portInTheOtherAddressFamilyIsTheGatewaysFault() throws Exception {
    // Given
    int port = SITE.port();
    SITE.with(RealSiteService.start("::1", port, RealSiteService.below("/api/")));
    site("127.0.0.1:" + port, "", "http://[::1]:" + port + PATH);

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    down(verdicts.of("site"), Cause.GATEWAY_WRONG_ADDRESS, "127.0.0.1:" + port);
    assertTrue(verdicts.of("site").summary().contains("::1"), verdicts.of("site").summary());
    up(verdicts.of("backend"));
  }

  // The answer does not come.

  @Test
  void serviceThatNeverAnswersIsHung() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.hangs()).port();
    site("127.0.0.1:" + port, "proxy_read_timeout 1s;", port);
    SITE.timeout("2s");

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_TIMEOUT, ":" + port);
    assertEquals(Cause.GATEWAY_TIMEOUT, verdict.chain().get(0).cause());
  }

  @Test
  void serviceThatAnswersLaterThanNginxWaitsIsNotHung() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.later(1800, RealSiteService.below("/api/"))).port();
    site("127.0.0.1:" + port, "proxy_read_timeout 1s;", port);

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    down(verdicts.of("site"), Cause.GATEWAY_TIMEOUT_TOO_SHORT, "1");
    up(verdicts.of("backend"));
  }

  @Test
  void serviceThatDoesNotAcceptHasAFullQueue() throws Exception {
    // Given
    RealSiteBacklog full = SITE.with(RealSiteBacklog.fill(SITE.port()));
    site("127.0.0.1:" + full.port(), "proxy_connect_timeout 1s;", full.port());
    SITE.timeout("2s");

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_BACKLOG_FULL, ":" + full.port());
  }

  // Whose 502 is it?

  @Test
  void badGatewayOfNginxItselfIsNginxsOwn() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.closes()).port();
    site("127.0.0.1:" + port, "", port);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_RESET, ":" + port);
    assertEquals(Cause.GATEWAY_BAD_GATEWAY, verdict.chain().get(0).cause());
  }

  /** RFC 9110, 15.6.3: who says 502 acts as a gateway, whatever else it is. */
  @Test
  void badGatewayOfTheServiceIsPassedOn() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(502)).port();
    site("127.0.0.1:" + port, "", port);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_GATEWAY_ERROR, "127.0.0.1:" + port + " answers 502");
    assertNull(requireNonNull(verdict.fix()).at(), "nginx's lines are right");
  }

  @Test
  void errorOfTheServiceIsPassedOn() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(503)).port();
    site("127.0.0.1:" + port, "", port);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_ERROR, "127.0.0.1:" + port + " answers 503");
    assertNull(requireNonNull(verdict.fix()).at(), "nginx's lines are right");
  }

  @Test
  void badGatewayOfAGatewayBehindIsOneHopFurther() throws Exception {
    // Given
    int dead = SITE.port();
    int inner = SITE.port();
    SITE.nginx("inner", inner, server(inner, "inner.example", "127.0.0.1:" + dead, ""));
    site("127.0.0.1:" + inner, "", inner);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_GATEWAY_ERROR, ":" + inner);
    assertNull(requireNonNull(verdict.fix()).at(), "front's lines are right");
  }

  @Test
  void gatewayBehindThatIsKnownIsLookedInto() throws Exception {
    // Given
    int dead = SITE.port();
    int right = SITE.service(RealSiteService.below("/api/")).port();
    int inner = SITE.port();
    int port = SITE.port();
    RealSiteNginx second =
        SITE.nginx("inner", inner, server(inner, "inner.example", "127.0.0.1:" + dead, ""));
    SITE.nginx("front", port, server(port, "shop.example", "127.0.0.1:" + inner, ""));
    SITE.edge("site", "http://127.0.0.1:" + port + PATH, "front", "middle");
    SITE.edge("middle", "http://127.0.0.1:" + inner + PATH, "inner", "backend");
    SITE.probe("backend", "http://127.0.0.1:" + right + PATH);

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    down(verdicts.of("middle"), Cause.GATEWAY_WRONG_PORT, second.config().toString());
    down(verdicts.of("site"), Cause.UPSTREAM_GATEWAY_ERROR, ":" + inner);
    up(verdicts.of("backend"));
  }

  // Lines in the log that are not about this failure.

  @Test
  void yesterdaysRefusalsDoNotMakeAHealthySiteIll() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.below("/api/")).port();
    RealSiteNginx nginx = site("127.0.0.1:" + port, "", port);
    Files.writeString(nginx.errorLog(), refusals(SITE.port(), 300, 1));

    // When
    RealSite.Round verdicts = SITE.round();

    // Then
    up(verdicts.of("site"));
    up(verdicts.of("backend"));
  }

  @Test
  void yesterdaysRefusalsDoNotExplainTodaysReset() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.closes()).port();
    RealSiteNginx nginx = site("127.0.0.1:" + port, "", port);
    Files.writeString(nginx.errorLog(), refusals(port, 300, 1));

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_RESET, ":" + port);
  }

  @Test
  void refusalsOfAnotherServerBlockDoNotMakeAHealthySiteIll() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.below("/api/")).port();
    Path log = besideABrokenServer("127.0.0.1:" + port, port);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(State.UP, verdict.state(), verdict.summary());
    assertEquals(
        List.of(Cause.UPSTREAM_REFUSED),
        verdict.risks().stream().map(Verdict.Risk::cause).toList(),
        "the other server block is a risk and no fault of this one");
    assertTrue(Files.size(log) > 0, "the other server block was not broken at all");
  }

  @Test
  void refusalsOfAnotherServerBlockDoNotExplainAReset() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.closes()).port();
    Path log = besideABrokenServer("127.0.0.1:" + port, port);

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.UPSTREAM_RESET, ":" + port);
    assertTrue(Files.readString(log).contains("Connection refused"), "no twin in the log");
  }

  // What runs and what the file says.

  @Test
  void editedAndNotReloadedIsStale() throws Exception {
    // Given
    int dead = SITE.port();
    int right = SITE.service(RealSiteService.below("/api/")).port();
    RealSiteNginx nginx = site("127.0.0.1:" + dead, "", right);
    nginx.edit(":" + dead + ";", ":" + right + ";");

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.GATEWAY_STALE_CONFIG, ":" + dead);
    List<String> steps = requireNonNull(verdict.fix()).steps();
    assertTrue(steps.stream().anyMatch(step -> step.contains("reload")), steps.toString());
    assertFalse(steps.stream().anyMatch(step -> step.startsWith("sed")), steps.toString());
  }

  @Test
  void editedAndReloadedIsNotStale() throws Exception {
    // Given
    int dead = SITE.port();
    int alsoDead = SITE.port();
    int right = SITE.service(RealSiteService.below("/api/")).port();
    RealSiteNginx nginx = site("127.0.0.1:" + dead, "", right);
    nginx.edit(":" + dead + ";", ":" + alsoDead + ";");
    nginx.reload();

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    down(verdict, Cause.GATEWAY_WRONG_PORT, ":" + alsoDead);
    assertFalse(verdict.summary().contains(":" + dead), verdict.summary());
  }

  @Test
  void editedToRightAndReloadedIsWell() throws Exception {
    // Given
    int dead = SITE.port();
    int right = SITE.service(RealSiteService.below("/api/")).port();
    RealSiteNginx nginx = site("127.0.0.1:" + dead, "", right);
    nginx.edit(":" + dead + ";", ":" + right + ";");
    nginx.reload();

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    up(verdict);
  }

  /** One nginx that sends everything to one place, and the probes of both sides. */
  private static RealSiteNginx site(String to, String extra, int backend) throws IOException {
    return site(to, extra, "http://127.0.0.1:" + backend + PATH);
  }

  private static RealSiteNginx site(String to, String extra, String backend) throws IOException {
    int port = SITE.port();
    RealSiteNginx nginx = SITE.nginx("front", port, server(port, "shop.example", to, extra));
    SITE.edge("site", "http://127.0.0.1:" + port + PATH, "front", "backend");
    SITE.probe("backend", backend);
    return nginx;
  }

  /**
   * A second server block in the same nginx and log, that is asked for the same path all the time
   * and sends it to a port of nobody.
   */
  private static Path besideABrokenServer(String to, int backend) throws IOException {
    int port = SITE.port();
    int other = SITE.port();
    RealSiteNginx nginx =
        SITE.nginx(
            "front",
            port,
            server(port, "shop.example", to, "")
                + server(other, "other.example", "127.0.0.1:" + SITE.port(), ""));
    SITE.edge("site", "http://127.0.0.1:" + port + PATH, "front", "backend");
    SITE.probe("backend", "http://127.0.0.1:" + backend + PATH);
    SITE.with(RealSiteVisitor.of(other, "other.example", PATH)).visited(3);
    return nginx.errorLog();
  }

  private static String server(int port, String name, String to, String extra) {
    return """
        server {
            listen 127.0.0.1:%d;
            server_name %s;
            location / {
                proxy_pass http://%s;
                proxy_set_header Host $host;
                %s
            }
        }
    """
        .formatted(port, name, to, extra);
  }

  private static String refusals(int port, int count, int daysAgo) {
    LocalDateTime first =
        LocalDateTime.ofInstant(InstantSource.system().instant(), ZoneId.systemDefault())
            .minusDays(daysAgo);
    DateTimeFormatter time = DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss");
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < count; i++) {
      log.append(
          ("%s [error] 77#77: *%d connect() failed (111: Connection refused) while connecting to"
                  + " upstream, client: 127.0.0.1, server: shop.example, request: \"GET %s"
                  + " HTTP/1.1\", upstream: \"http://127.0.0.1:%d%s\", host: \"127.0.0.1\"\n")
              .formatted(time.format(first.plusSeconds(i)), i, PATH, port, PATH));
    }
    return log.toString();
  }

  private static void down(Verdict verdict, Cause cause, String names) {
    String said = verdict.summary() + "\n" + verdict.chain() + "\n" + verdict.evidence();
    assertEquals(cause, verdict.cause(), said);
    assertEquals(State.DOWN, verdict.state(), said);
    List<Verdict.Link> chain = verdict.chain();
    assertEquals(cause, chain.get(chain.size() - 1).cause(), said);
    assertTrue(verdict.summary().contains(names), "\"" + names + "\" is not in: " + said);
  }

  private static void up(Verdict verdict) {
    String said = verdict.summary() + "\n" + verdict.chain();
    assertEquals(State.UP, verdict.state(), said);
    assertEquals(Cause.OK, verdict.cause(), said);
    assertEquals(List.of(), verdict.chain(), said);
    assertEquals(List.of(), verdict.risks(), said);
  }
}
