package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Verdicts where nginx's log of requests is all that can be read of its words. */
@Timeout(30)
class AccessLogTest {
  private static final String FORMAT =
      """
      log_format upstreams '$remote_addr:$remote_port [$time_iso8601] "$request" $status $host '
          'a="$upstream_addr" s="$upstream_status" c="$upstream_connect_time" '
          'h="$upstream_header_time" r="$upstream_bytes_received"';
      """;

  @RegisterExtension static final RealSite SITE = new RealSite();

  /** The service says 502 to nobody but nginx: only nginx's log tells whose answer it is. */
  @Test
  void relayedBadGatewayIsNotNginxsOwn() throws Exception {
    // Given
    AtomicInteger asked = new AtomicInteger();
    RealSiteService.Manner byProxy =
        meeting -> {
          String head = meeting.head();
          asked.incrementAndGet();
          int status = head.contains("X-Hop: ") ? 502 : 200;
          meeting.send(RealSiteService.response(status, "{}"));
        };
    int port = SITE.service(byProxy).port();
    site(
        "location / { proxy_set_header X-Hop $connection; proxy_pass http://127.0.0.1:%d; }"
            .formatted(port));

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(State.DOWN, verdict.state(), verdict.summary());
    assertNotNull(verdict.cause(), verdict.summary());
    assertEquals(Cause.UPSTREAM_GATEWAY_ERROR, verdict.cause(), verdict.summary());
    assertTrue(verdict.summary().contains("127.0.0.1:" + port), verdict.summary());
    assertTrue(asked.get() > 0);
  }

  @Test
  void returnedStatusIsMaintenance() throws Exception {
    // Given
    site("location / { return 503; }");

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(Cause.GATEWAY_MAINTENANCE, verdict.cause(), verdict.summary());
  }

  /** A variable that nobody outside knows decides: the configuration alone does not tell. */
  @Test
  void answerThatTheConfigurationDoesNotTellIsMaintenanceToo() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(200)).port();
    site(
        """
        set $closed "$connection-$pid";
        if ($closed ~ "^[0-9]") { return 503; }
        location / { proxy_pass http://127.0.0.1:%d; }
        """
            .formatted(port));

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(Cause.GATEWAY_MAINTENANCE, verdict.cause(), verdict.summary());
  }

  @Test
  void refusedConnectionIsStillOne() throws Exception {
    // Given
    int dead = SITE.port();
    site("location / { proxy_pass http://127.0.0.1:%d; }".formatted(dead));

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(Cause.UPSTREAM_REFUSED, verdict.cause(), verdict.summary());
  }

  @Test
  void limitIsNoMaintenance() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(200)).port();
    site(
        "location / { limit_req zone=one; proxy_pass http://127.0.0.1:%d; }".formatted(port),
        "limit_req_zone $server_port zone=one:1m rate=1r/m;\n");
    SITE.round();

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertFalse(verdict.cause() == Cause.GATEWAY_MAINTENANCE, verdict.summary());
    assertEquals(Cause.GATEWAY_LIMITED, verdict.cause(), verdict.summary());
  }

  private static void site(String location) throws Exception {
    site(location, "");
  }

  /** The error log goes nowhere, and what is named as it is not there. */
  private static void site(String location, String http) throws Exception {
    int edge = SITE.port();
    String log = SITE.directory().resolve("requests.log").toString();
    RealSiteNginx nginx =
        SITE.stoppedNginx(
            "front",
            FORMAT
                + http
                + "server { listen 127.0.0.1:%d; access_log %s upstreams; %s }\n"
                    .formatted(edge, log, location));
    nginx.edit("error_log " + nginx.errorLog(), "error_log /dev/null");
    Files.delete(nginx.errorLog());
    nginx.start(edge);
    SITE.edge("site", "http://127.0.0.1:" + edge + "/api", "front");
  }
}
