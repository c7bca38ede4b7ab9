package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.OneRound.Checked;
import dev.why502.terminal.ExitStatus;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A configuration that no nginx has loaded, held against what listens. */
@Timeout(30)
class CheckTest {
  @RegisterExtension static final RealSite SITE = new RealSite();

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  @Test
  void everyRouteIsHeldAgainstWhatListens() throws Exception {
    // Given
    int right = service();
    int dead = SITE.port();
    site(
        """
        location /api/ { proxy_pass http://127.0.0.1:%1$d; }
        location /old/ { proxy_pass http://127.0.0.1:%2$d; }
        location /tls/ { proxy_pass https://127.0.0.1:%1$d; }
        location /well/ { proxy_pass http://127.0.0.1:%1$d; }
        """
            .formatted(right, dead));

    // When
    Checked checked = SITE.check();

    // Then
    List<Verdict> declared = checked.cases().stream().map(Diagnosis::of).toList();
    assertEquals(List.of(State.UP), declared.stream().map(Verdict::state).toList());
    assertEquals(List.of(), declared.get(0).risks());
    List<Verdict> others = others(checked);
    assertEquals(
        List.of("front.shop.example-old", "front.shop.example-tls"),
        others.stream().map(Verdict::probe).toList());
    assertEquals(
        List.of(Cause.UPSTREAM_REFUSED, Cause.GATEWAY_WRONG_SCHEME),
        others.stream().map(Verdict::cause).toList());
    assertTrue(others.get(0).summary().contains(":" + dead), others.get(0).summary());
    assertEquals(
        List.of(
            "front: 3 routes of the configuration that no probe takes: 1 would work, 2 would not"),
        UncoveredRoutes.of(checked).lines());
  }

  @Test
  void routesThatNobodyDeclaredAreAskedForTheirRootAndOnlyOnce() throws Exception {
    // Given
    int right = service();
    site(
        """
        location /api/ { proxy_pass http://127.0.0.1:%1$d; }
        location /purge/ { proxy_pass http://127.0.0.1:%1$d; }
        location /logout { proxy_pass http://127.0.0.1:%1$d; }
        """
            .formatted(right));

    // When
    Checked checked = SITE.check();

    // Then
    assertEquals(2, checked.others().size());
    assertEquals(List.of(), others(checked));
    List<String> paths = new ArrayList<>(asked);
    assertEquals(1, paths.stream().filter("/"::equals).count(), paths.toString());
    assertFalse(paths.stream().anyMatch(path -> path.contains("purge")), paths.toString());
    assertFalse(paths.stream().anyMatch(path -> path.contains("logout")), paths.toString());
  }

  @Test
  void configThatDoesNotLoadIsSaidOnceWithItsLine() throws Exception {
    // Given
    int right = service();
    site(
        """
        location /api/ { proxy_pass http://127.0.0.1:%1$d; proxy_read_timeout soon; }
        location /well/ { proxy_pass http://127.0.0.1:%1$d; }
        """
            .formatted(right));

    // When
    Checked checked = SITE.check();

    // Then
    Verdict verdict = Diagnosis.of(checked.cases().get(0));
    assertEquals(State.DOWN, verdict.state());
    assertEquals(Cause.GATEWAY_STALE_CONFIG, verdict.cause());
    assertTrue(verdict.summary().contains("nginx.conf:"), verdict.summary());
    assertTrue(verdict.summary().contains("proxy_read_timeout"), verdict.summary());
    assertTrue(verdict.fix() != null && verdict.fix().at() != null, "no line to correct");
    assertEquals(List.of(), others(checked));
  }

  @Test
  void deadPeerBesideAWellOneDegrades() throws Exception {
    // Given
    int right = service();
    int dead = SITE.port();
    SITE.stoppedNginx(
        "front",
        """
        upstream app { server 127.0.0.1:%d; server 127.0.0.1:%d; }
        server { listen 127.0.0.1:8080; location / { proxy_pass http://app; } }
        """
            .formatted(right, dead));
    SITE.edge("site", "http://127.0.0.1:8080/api/templates", "front");

    // When
    Verdict verdict = Diagnosis.of(SITE.check().cases().get(0));

    // Then
    assertEquals(State.DEGRADED, verdict.state(), verdict.summary());
    assertEquals(Cause.UPSTREAM_REFUSED, verdict.cause());
  }

  @Test
  void gatewayWithoutProbesIsCheckedAllTheSame() throws Exception {
    // Given
    int right = service();
    int dead = SITE.port();
    SITE.stoppedNginx(
        "front",
        """
        server {
            listen 127.0.0.1:8080;
            location / { proxy_pass http://127.0.0.1:%d; }
            location /old/ { proxy_pass http://127.0.0.1:%d; }
        }
        """
            .formatted(right, dead));

    // When
    List<Verdict> others = others(SITE.check());

    // Then
    assertEquals(List.of(State.UP, State.DOWN), others.stream().map(Verdict::state).toList());
    assertEquals(ExitStatus.SOME_NOT_UP, ExitStatus.of(others));
  }

  private int service() throws Exception {
    return SITE.service(
            meeting -> {
              // A TLS record (RFC 8446, 5.1) is no request, and no reason to wait for more.
              if (meeting.socket().getInputStream().read() != 0x16) {
                asked.add(meeting.head().split(" ", 3)[1]);
                meeting.send(RealSiteService.response(200, "{}"));
              }
            })
        .port();
  }

  private static void site(String locations) throws Exception {
    SITE.stoppedNginx(
        "front", "server { listen 127.0.0.1:8080; server_name shop.example;\n" + locations + "}\n");
    SITE.edge("site", "http://shop.example:8080/api/templates", "front")
        .put("request", new JsonObject().put("connectTo", "127.0.0.1:8080"));
  }

  private static List<Verdict> others(Checked checked) {
    return UncoveredRoutes.of(checked).shown().stream().map(Diagnosis::of).toList();
  }
}
