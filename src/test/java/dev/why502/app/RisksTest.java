package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.diagnosis.Verdict.Risk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What would strike and has not yet, seen on a site that answers well. */
@Timeout(30)
class RisksTest {
  private static final String KEPT =
      "HTTP/1.1 200 OK\r\n%sContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok";

  @RegisterExtension static final RealSite SITE = new RealSite();

  private final AtomicInteger connections = new AtomicInteger();
  private JsonObject backend = new JsonObject();

  @Test
  void serviceThatClosesIdleConnectionsFirstIsARisk() throws Exception {
    // Given
    site(true, SITE.service(closesAfter(300, "")).port());

    // When
    Risk risk = only(SITE.round().of("site"));

    // Then
    assertEquals(Cause.UPSTREAM_KEEPALIVE_RACE, risk.cause());
    assertTrue(risk.summary().contains("after 0.3 s"), risk.summary());
    assertTrue(risk.summary().contains("60.0 s"), risk.summary());
  }

  @Test
  void serviceThatSaysHowLongItKeepsConnectionsIsBelieved() throws Exception {
    // Given
    site(true, SITE.service(closesAfter(20_000, "Keep-Alive: timeout=5\r\n")).port());

    // When
    long from = System.nanoTime();
    Risk risk = only(SITE.round().of("site"));
    long millis = (System.nanoTime() - from) / 1_000_000;

    // Then
    assertEquals(Cause.UPSTREAM_KEEPALIVE_RACE, risk.cause());
    assertTrue(risk.summary().contains("after 5.0 s"), risk.summary());
    assertTrue(millis < 4_000, "nobody need wait for what is said: " + millis);
  }

  @Test
  void serviceThatIsPatientEnoughIsNone() throws Exception {
    // Given
    site(true, SITE.service(closesAfter(20_000, "Keep-Alive: timeout=75\r\n")).port());

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(List.of(), verdict.risks());
  }

  @Test
  void idleConnectionsAreOnlyTriedWhereTheGatewayKeepsThem() throws Exception {
    // Given
    site(false, SITE.service(closesAfter(300, "")).port());

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(List.of(), verdict.risks());
    assertEquals(3, connections.get(), "through the gateway, as it asks, and as declared");
  }

  @Test
  void fileThatTheNextStartNeedsIsARisk() throws Exception {
    // Given
    int port = SITE.service(RealSiteService.answers(200)).port();
    site(false, port);
    String path = SITE.directory().resolve("BUILD_ID").toString();
    backend.put("artifacts", new JsonArray().add(path));

    // When
    Risk risk = only(SITE.round().of("site"));

    // Then
    assertEquals(Cause.PROCESS_BUILD_MISSING, risk.cause());
    assertTrue(risk.summary().contains(path), risk.summary());
  }

  @Test
  void configThatWouldNotLoadIsARisk() throws Exception {
    // Given
    RealSiteNginx nginx = site(false, SITE.service(RealSiteService.answers(200)).port());
    nginx.edit("access_log off;", "access_log off; proxy_read_timeout soon;");

    // When
    Risk risk = only(SITE.round().of("site"));

    // Then
    assertEquals(Cause.GATEWAY_STALE_CONFIG, risk.cause());
    assertTrue(risk.summary().contains("would not load"), risk.summary());
    assertTrue(risk.fix() != null && risk.fix().at() != null, "no line to correct");
  }

  @Test
  void portThatNobodyHoldsIsARiskOfOneProbeAlone() throws Exception {
    // Given
    int right = SITE.service(RealSiteService.answers(200)).port();
    int dead = SITE.port();
    int port = SITE.port();
    SITE.nginx(
        "front",
        port,
        """
        server {
            listen 127.0.0.1:%1$d;
            location / { proxy_pass http://127.0.0.1:%2$d; }
            location /old/ { proxy_pass http://127.0.0.1:%3$d; }
        }
        """
            .formatted(port, right, dead));
    SITE.edge("one", "http://127.0.0.1:" + port + "/a", "front");
    SITE.edge("two", "http://127.0.0.1:" + port + "/b", "front");

    // When
    RealSite.Round round = SITE.round();

    // Then
    Risk risk = only(round.of("one"));
    assertEquals(Cause.UPSTREAM_REFUSED, risk.cause());
    assertTrue(risk.summary().contains("127.0.0.1:" + dead), risk.summary());
    assertEquals(List.of(), round.of("two").risks());
  }

  private static Risk only(Verdict verdict) {
    assertEquals(State.UP, verdict.state(), verdict.summary());
    assertEquals(1, verdict.risks().size(), verdict.risks().toString());
    Risk risk = verdict.risks().get(0);
    assertFalse(risk.evidence().isEmpty(), "a risk without evidence");
    return risk;
  }

  private RealSiteService.Manner closesAfter(long millis, String header) {
    return meeting -> {
      connections.incrementAndGet();
      while (!meeting.head().isEmpty()) {
        meeting.send(KEPT.formatted(header));
        if (meeting.socket().getInputStream().available() == 0
            && meeting.closed().await(millis, TimeUnit.MILLISECONDS)) {
          return;
        }
        if (meeting.socket().getInputStream().available() == 0) {
          return;
        }
      }
    };
  }

  private RealSiteNginx site(boolean keepAlive, int service) throws Exception {
    int port = SITE.port();
    RealSiteNginx nginx =
        SITE.nginx(
            "front",
            port,
            """
            upstream app { server 127.0.0.1:%d; %s }
            server {
                listen 127.0.0.1:%d;
                location / {
                    proxy_pass http://app;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                }
            }
            """
                .formatted(service, keepAlive ? "keepalive 4;" : "", port));
    SITE.edge("site", "http://127.0.0.1:" + port + "/api/templates", "front", "backend");
    backend = SITE.probe("backend", "http://127.0.0.1:" + service + "/api/templates");
    return nginx;
  }
}
