package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.conf.DefinitionsReader;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Verdict;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One fault soon after another: what was true a moment ago must not explain what is now. */
@Timeout(40)
class NearTwinsInTimeTest {
  @RegisterExtension static final RealSite SITE = new RealSite();

  private final BlockingQueue<JsonObject> verdicts = new LinkedBlockingQueue<>();

  @Test
  void serviceThatComesBackAndFailsIsNotDeniedToTheGateway() throws Exception {
    // Given
    RealSiteService behind = front();
    Path definitions = SITE.definitions();
    DefinitionsReader reader = new DefinitionsReader(System::getenv);
    Service service =
        Service.start(
                new ServiceOptions(definitions, WebOptions.local(0)),
                reader,
                reader.read(definitions))
            .await(20, TimeUnit.SECONDS);
    try {
      service
          .vertx()
          .eventBus()
          .<JsonObject>consumer(Addresses.VERDICTS, message -> verdicts.add(message.body()));
      behind.deafen();
      JsonObject verdict = next();
      while (!"upstream-refused".equals(verdict.getString("cause"))) {
        verdict = next();
      }

      // When
      behind.become(RealSiteService.answers(500));
      behind.listenAgain();
      JsonObject changed = next();
      while (changed.getString("cause").equals("upstream-refused")) {
        changed = next();
      }

      // Then
      assertEquals("upstream-error", changed.getString("cause"), changed::encodePrettily);
    } finally {
      service.stop().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void serviceThatWasWellBetweenAndFailsIsNotDeniedToTheGateway() throws Exception {
    // Given
    RealSiteService behind = front();
    Path definitions = SITE.definitions();
    DefinitionsReader reader = new DefinitionsReader(System::getenv);
    Service service =
        Service.start(
                new ServiceOptions(definitions, WebOptions.local(0)),
                reader,
                reader.read(definitions))
            .await(20, TimeUnit.SECONDS);
    try {
      service
          .vertx()
          .eventBus()
          .<JsonObject>consumer(Addresses.VERDICTS, message -> verdicts.add(message.body()));
      behind.deafen();
      JsonObject verdict = next();
      while (!"upstream-refused".equals(verdict.getString("cause"))) {
        verdict = next();
      }

      behind.listenAgain();
      while (!"up".equals(verdict.getString("state"))) {
        verdict = next();
      }

      // When
      behind.become(RealSiteService.answers(500));
      JsonObject changed = next();

      // Then
      assertEquals("upstream-error", changed.getString("cause"), changed::encodePrettily);
    } finally {
      service.stop().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void portThatHasJustClosedIsNotBehindAFirewall() throws Exception {
    // Given
    RealSiteService behind = front();
    SITE.probe("backend", "http://127.0.0.1:" + behind.port() + "/");
    assertTrue(SITE.round().verdicts().stream().allMatch(one -> one.cause() == Cause.OK));
    behind.deafen();

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertEquals(Cause.UPSTREAM_REFUSED, verdict.cause(), verdict.summary());
  }

  @Test
  void badGatewayOfTheServiceIsNotCalledNginxsOwn() throws Exception {
    // Given
    RealSiteService behind = front();
    behind.become(RealSiteService.answers(502));

    // When
    Verdict verdict = SITE.round().of("site");

    // Then
    assertTrue(
        verdict.chain().stream().noneMatch(link -> link.cause() == Cause.GATEWAY_BAD_GATEWAY),
        verdict.chain().toString());
  }

  private JsonObject next() throws InterruptedException {
    JsonObject verdict = verdicts.poll(15, TimeUnit.SECONDS);
    assertNotNull(verdict, "no further verdict");
    return verdict;
  }

  private static RealSiteService front() throws Exception {
    int port = SITE.port();
    RealSiteService behind = SITE.service(RealSiteService.answers(200));
    SITE.nginx(
        "front",
        port,
        "server {\nlisten 127.0.0.1:%d;\nlocation / { proxy_pass http://127.0.0.1:%d; }\n}\n"
            .formatted(port, behind.port()));
    SITE.edge("site", "http://127.0.0.1:" + port + "/", "front").put("interval", "250ms");
    return behind;
  }
}
