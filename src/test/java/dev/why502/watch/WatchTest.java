package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Health;
import dev.why502.bus.Samples;
import dev.why502.bus.Spoken;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.language.Language;
import dev.why502.terminal.Terminal;
import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Follows the real HTTP side, and services that have lost their mind. */
@Timeout(60)
class WatchTest {
  private static final Health WELL = new Health(1, 1, 1, 0.1, 0, 0, 1, List.of());

  /** A change that does not fill the viewer's queue: that is another test. */
  private static Verdict unknown(Verdict up) {
    return new Verdict(
        up.probe(),
        State.UNKNOWN,
        Cause.PROBER_OFFLINE,
        up.confidence(),
        up.summary(),
        null,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        up.since(),
        up.at(),
        up.node());
  }

  private static WatchOptions only(int port, String probe) {
    WatchOptions all = Watched.options(port);
    return new WatchOptions(all.url(), all.token(), probe, all.times());
  }

  /** Silence is noticed soon, and a connection without a sign of life given up. */
  private static WatchOptions impatient(int port, long silentMillis, long goneMillis) {
    return Watched.options(
        "http://127.0.0.1:" + port,
        null,
        new WatchOptions.Times(1_000, silentMillis, goneMillis, 90_000, 20, 100, 20));
  }

  @Test
  void presentStateComesFirstThenNews() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("templates"));
      service.feed.verdict(Samples.up("backend"));
      try (Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
        String first = viewer.text();
        // When
        service.feed.verdict(Samples.up("templates"));
        service.feed.verdict(Samples.degraded("backend"));
        // Then
        String all = viewer.until("slow-response");
        assertTrue(first.contains("✗ down  templates  gateway-wrong-port  certain"), first);
        assertTrue(first.contains("\n    nginx -t\n"), first);
        assertTrue(first.contains("✓ up  backend"), first);
        assertTrue(first.contains("2 probes: 1 down, 1 up"), first);
        String news = all.substring(first.length());
        assertTrue(news.contains("09:46:00  ✓ up  templates  was down for 10 s"), news);
        assertTrue(news.contains("09:46:00  ! degraded  backend  slow-response  possible"), news);
        assertTrue(all.indexOf("was down") < all.indexOf("slow-response"), all);
      }
    }
  }

  @Test
  void chineseIsSpokenToWhoAsksForIt() throws Exception {
    // Given
    Spoken chinese = Spoken.in(Language.CHINESE);
    Terminal pipe = new Terminal(false, false, 0, 24);
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("templates"));
      try (Watched viewer =
          new Watched(Watched.options(service.port()), false, pipe, chinese).start()) {
        String first = viewer.text();
        // When
        service.feed.verdict(Samples.up("templates"));
        // Then
        String all = viewer.until("✓ 正常  templates");
        assertTrue(first.contains("✗ 故障  templates  gateway-wrong-port  确定"), first);
        assertTrue(first.contains("无进程监听"), first);
        assertTrue(first.contains("1 个探测: 1 故障"), first);
        assertTrue(all.contains("之前故障，持续 10 s"), all);
      }
    }
  }

  @Test
  void whatHasNotChangedIsNoNews() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("templates"));
      try (Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
        String first = viewer.text();
        // When
        service.feed.verdict(Samples.down("templates"));
        service.feed.verdict(Samples.up("second"));
        // Then
        String news = viewer.until("second").substring(first.length());
        assertFalse(news.contains("templates"), news);
      }
    }
  }

  @Test
  void largeStateComesInPagesAndWhole() throws Exception {
    // Given
    int probes = 300;
    try (Service service = Service.start(WebOptions.local(0))) {
      for (int i = 0; i < probes; i++) {
        service.feed.verdict(Samples.down("probe-" + i));
      }
      int bytes = service.latest.verdict("probe-1") == null ? 0 : 1;
      // When
      try (Watched viewer = new Watched(Watched.options(service.port()), true).start()) {
        // Then
        assertEquals(1, bytes);
        assertEquals(probes, viewer.messages().size());
        assertEquals(
            probes,
            viewer.messages().stream()
                .map(message -> message.getJsonObject("body").getString("probe"))
                .distinct()
                .count());
      }
    }
  }

  @Test
  void noVerdictIsLostOrDoubledBetweenStateAndNews() throws Exception {
    // Given
    int probes = 50;
    int rounds = 60;
    try (Service service = Service.start(WebOptions.local(0))) {
      for (int i = 0; i < probes; i++) {
        service.feed.verdict(Samples.up("probe-" + i));
      }
      Watched viewer = new Watched(Watched.options(service.port()), true);
      Thread publisher =
          new Thread(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  for (int i = 0; i < probes; i++) {
                    service.feed.verdict(
                        round % 2 == 0
                            ? unknown(Samples.up("probe-" + i))
                            : Samples.up("probe-" + i));
                  }
                }
                service.feed.definitions(false, List.of("the end"));
              });
      // When
      publisher.start();
      viewer.start();
      publisher.join();
      viewer.until("the end");
      // Then
      Map<String, Long> last = new HashMap<>();
      for (JsonObject message : viewer.messages()) {
        if (message.getString("address").equals("why502.verdicts")) {
          JsonObject body = message.getJsonObject("body");
          Long before = last.put(body.getString("probe"), body.getLong("seq"));
          assertTrue(before == null || before < body.getLong("seq"), "numbers rise");
        }
      }
      assertEquals(probes, last.size());
      long total = (long) probes * (rounds + 1);
      last.values().forEach(seq -> assertTrue(seq > total - probes && seq <= total, "the newest"));
      viewer.close();
    }
  }

  @Test
  void oneProbeOnly() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("templates"));
      service.feed.verdict(Samples.down("templates.old"));
      try (Watched viewer = new Watched(only(service.port(), "templates"), false).start()) {
        // When
        service.feed.verdict(Samples.up("templates.old"));
        service.feed.verdict(Samples.up("templates"));
        // Then
        String all = viewer.until("was down");
        assertFalse(all.contains("templates.old"), all);
      }
    }
  }

  @Test
  void restartedServiceIsFollowedAgain() throws Exception {
    // Given
    int port;
    Watched viewer;
    try (Service service = Service.start(WebOptions.local(0))) {
      port = service.port();
      service.feed.verdict(Samples.down("templates"));
      service.feed.verdict(Samples.up("backend"));
      viewer = new Watched(Watched.options(port), false).start();
    }
    String lost = viewer.until("connection lost");
    // When
    try (Service service = Service.start(WebOptions.local(port))) {
      service.feed.verdict(Samples.down("templates"));
      // Then
      String back = viewer.until("connected again");
      service.feed.verdict(Samples.up("backend"));
      service.feed.verdict(Samples.up("templates"));
      String all = viewer.until("was down");
      assertTrue(lost.contains("the service stops"), lost);
      assertTrue(back.contains("nothing has changed"), back);
      assertEquals(1, all.split("connection lost", -1).length - 1, all);
      assertEquals(1, all.split("connected again", -1).length - 1, all);
      assertEquals(1, all.split("up  backend", -1).length - 1, all);
    }
    viewer.close();
  }

  @Test
  void whatChangedMeanwhileIsToldAfterwards() throws Exception {
    // Given
    int port;
    Watched viewer;
    try (Service service = Service.start(WebOptions.local(0))) {
      port = service.port();
      service.feed.verdict(Samples.up("templates"));
      viewer = new Watched(Watched.options(port), false).start();
    }
    viewer.until("connection lost");
    // When
    try (Service service = Service.start(WebOptions.local(port))) {
      service.feed.verdict(Samples.down("templates"));
      // Then
      String all = viewer.until("✗ down  templates");
      assertTrue(all.contains("connected again"), all);
      assertFalse(all.contains("nothing has changed"), all);
    }
    viewer.close();
  }

  @Test
  void tokenThatIsAskedLaterIsSaidOnceAndTriedOn() throws Exception {
    // Given
    int port;
    Watched viewer;
    try (Service service = Service.start(WebOptions.local(0))) {
      port = service.port();
      viewer = new Watched(Watched.options(port), false).start();
    }
    viewer.until("connection lost");
    WebOptions guarded =
        new WebOptions(
            "127.0.0.1", port, "sesame-4711", List.of(), null, -1, WebOptions.Times.DEFAULT);
    // When
    try (Service service = Service.start(guarded)) {
      assertEquals(port, service.port());
      viewer.until("asks for a token (401)");
    }
    try (Service service = Service.start(WebOptions.local(port))) {
      // Then
      String all = viewer.until("connected again");
      assertEquals(port, service.port());
      assertEquals(1, all.split("asks for a token", -1).length - 1, all);
    }
    viewer.close();
  }

  @Test
  void silentServiceIsNoNewsAndNotGreen() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0));
        Watched viewer = new Watched(impatient(service.port(), 300, 60_000), false).start()) {
      // When
      String silent = viewer.until("no news");
      service.feed.health(WELL);
      // Then
      String again = viewer.until("news again");
      assertTrue(silent.contains("no sign of life for 0 s"), silent);
      assertEquals(1, again.split("no news: ", -1).length - 1, again);
    }
  }

  @Test
  void connectionThatAnswersNothingIsGivenUp() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0));
        Relay relay = new Relay(service.port());
        Watched viewer = new Watched(impatient(relay.port(), 60_000, 400), false).start()) {
      // When
      relay.mute();
      // Then
      String all = viewer.until("connected again");
      assertTrue(all.contains("no sign of life"), all);
    }
  }

  @Test
  void troubleOfTheServiceItselfIsTold() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0));
        Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
      // When
      service.feed.health(new Health(1, 1, 1, 0.1, 0, 0, 1, List.of("the engine's event loop")));
      service.feed.health(WELL);
      // Then
      String all = viewer.until("is over");
      assertTrue(all.contains("trouble: the engine's event loop"), all);
    }
  }

  @Test
  void refusedDefinitionsAreToldWithEachFault() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0));
        Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
      // When
      service.feed.definitions(false, List.of("/probes/0/id: is no id", "/probes/1: twice"));
      // Then
      String all = viewer.until("/probes/1: twice");
      assertTrue(all.contains("definitions refused, the old ones stay in force\n"), all);
      assertTrue(all.contains("\n          /probes/0/id: is no id\n"), all);
    }
  }

  @Test
  void probeThatIsWatchedNoLongerIsDropped() throws Exception {
    // Given
    WatchOptions.Times settled = new WatchOptions.Times(2_000, 30_000, 45_000, 0, 20, 100, 50);
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("old"));
      service.feed.verdict(Samples.up("kept"));
      String url = "http://127.0.0.1:" + service.port();
      try (Watched viewer = new Watched(Watched.options(url, null, settled), false).start()) {
        // When
        service.latest.retain(List.of("kept"));
        service.feed.definitions(true, List.of());
        // Then
        String all = viewer.until("watched no longer: old");
        assertTrue(all.contains("definitions in force"), all);
        assertFalse(all.contains("longer: kept"), all);
      }
    }
  }

  @Test
  void incidentsAreTold() throws Exception {
    // Given
    JsonObject open =
        new JsonObject()
            .put("id", "01J")
            .put("state", "open")
            .put("cause", "gateway-wrong-port")
            .put("summary", "nginx sends /api/ to 127.0.0.1:3001")
            .put("probes", JsonArray.of("templates", "permissions"));
    try (OddService service = new OddService(OddService::nothing);
        Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
      // When
      service.publish("why502.incidents", open);
      service.publish("why502.incidents", open);
      service.publish("why502.incidents", open.copy().put("state", "resolved"));
      // Then
      String all = viewer.until("incident resolved");
      assertEquals(1, all.split("incident open", -1).length - 1, all);
      assertTrue(all.contains("gateway-wrong-port  seen by templates, permissions"), all);
    }
  }

  @Test
  void oddMessagesDoNoHarm() throws Exception {
    // Given
    Object[] bodies = {
      new JsonObject(),
      new JsonObject().put("probe", 1).put("state", "down"),
      new JsonObject().put("probe", "x").put("state", "DOWN"),
      new JsonObject().put("probe", "x").put("state", new JsonArray()),
      new JsonObject().put("probe", "x".repeat(100_000)).put("state", "down"),
      new JsonObject()
          .put("probe", "odd")
          .put("state", "down")
          .put("fix", "no object")
          .put("since", "yesterday")
          .put("at", 7)
          .put("seq", "many")
          .put("chain", 1),
      new JsonObject()
          .put("probe", "odd")
          .put("state", "degraded")
          .put("seq", 5)
          .put(
              "fix",
              new JsonObject()
                  .put("steps", new JsonArray().add(1).addNull().add("true\u001b[2J"))
                  .put("at", new JsonArray())),
      "text",
      17,
      true,
      new JsonArray().add(1)
    };
    try (OddService service = new OddService(OddService::nothing);
        Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
      // When
      for (String address :
          List.of(
              "why502.verdicts",
              "why502.incidents",
              "why502.definitions",
              "why502.health",
              "why502.else",
              "")) {
        for (Object body : bodies) {
          service.publish(address, body);
        }
      }
      service.say("{}");
      service.say("{\"type\":\"rec\"}");
      service.say("{\"type\":7,\"address\":[]}");
      service.publish(
          "why502.verdicts",
          new JsonObject().put("probe", "last").put("state", "up").put("seq", 99));
      // Then
      String all = viewer.until("up  last");
      assertFalse(all.contains("connection lost"), all);
      assertTrue(all.contains("# not as it is, take it from --json: true\\x1b[2J"), all);
      assertFalse(all.contains("\u001b"), all);
    }
  }

  @Test
  void whatIsNoMessageOrTooLongEndsTheConnection() throws Exception {
    // Given
    for (String frame :
        List.of("[]", "no json", "{\"a\":".repeat(5_000), "x".repeat(Bridge.MAX_MESSAGE + 1))) {
      try (OddService service = new OddService(OddService::nothing);
          Watched viewer = new Watched(Watched.options(service.port()), false).start()) {
        // When
        service.say(frame);
        // Then
        String all = viewer.until("connected again");
        assertTrue(all.contains("no message of an event bus") || all.contains("is too long"), all);
      }
    }
  }

  @Test
  void slowReaderHoldsTheServiceBackAndNotTheMemory() throws Exception {
    // Given
    JsonObject large =
        new JsonObject().put("probe", "p").put("state", "up").put("padding", "x".repeat(200_000));
    try (OddService service = new OddService(OddService::nothing);
        Watched viewer = new Watched(Watched.options(service.port()), true).start()) {
      // When
      for (int i = 1; i <= 100; i++) {
        service.publish("why502.verdicts", large.copy().put("seq", i));
      }
      // Then
      viewer.untilBehind();
      int most = viewer.most();
      viewer.until("\"seq\":100");
      assertTrue(most < Sheet.MAX_WAITING + 500_000, "waiting: " + most);
      assertEquals(100, viewer.messages().size());
    }
  }

  @Test
  void statusBelowTheNewsIsDrawnInItsPlace() throws Exception {
    // Given
    Terminal screen = new Terminal(true, false, 60, 24);
    try (Service service = Service.start(WebOptions.local(0))) {
      service.feed.verdict(Samples.down("templates"));
      try (Watched viewer = new Watched(Watched.options(service.port()), false, screen).start()) {
        viewer.until("1 probe: 1 down  http");
        // When
        service.feed.verdict(Samples.up("templates"));
        // Then
        String all = viewer.until("1 probe: 1 up  http");
        assertTrue(all.contains("\u001b[3A\r\u001b[J"), all);
        assertTrue(all.contains("✗ down  templates  gateway-wrong-port  < 1 min\n"), all);
      }
    }
  }
}
