package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.bus.Health;
import dev.why502.bus.Samples;
import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class TcpBridgeTest {
  private static final String TOKEN = "correct-horse-battery";
  private static final WebOptions.Times QUICK = new WebOptions.Times(100, 400, 10_000);

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start(options("127.0.0.1", null, WebOptions.Times.DEFAULT));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  static WebOptions options(String host, @Nullable String token, WebOptions.Times times) {
    return new WebOptions(host, 0, token, List.of(), null, 0, times);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"publish\",\"address\":\"why502.verdicts\",\"body\":{}} | access_denied",
        "{\"type\":\"publish\",\"address\":\"why502.query.verdicts\",\"body\":{}} | access_denied",
        "{\"type\":\"send\",\"address\":\"why502.verdicts\",\"body\":{}} | access_denied",
        "{\"type\":\"send\",\"address\":\"other\",\"body\":{},\"replyAddress\":\"r\"} | access_denied",
        "{\"type\":\"register\",\"address\":\"other\"} | access_denied",
        "{\"type\":\"register\",\"address\":\"why502.query.verdicts\"} | access_denied",
        "{\"type\":\"unregister\",\"address\":\"other\"} | access_denied",
        "{\"type\":\"unregister\",\"address\":\"why502.health\"} | unknown_address",
        "{\"type\":\"ping\",\"headers\":\"x\"} | invalid_headers",
        "{\"type\":\"register\",\"address\":\"why502.health\",\"headers\":{\"timeout\":1}} | invalid_headers",
        "{\"type\":\"register\"} | missing_address",
        "{\"type\":\"subscribe\",\"address\":\"why502.health\"} | unknown_type",
        "{\"type\":7} | unknown_type",
        "{} | missing_type",
        "[] | invalid_json",
        "nonsense | invalid_json",
        "{\"type\":\"send\",\"address\":\"why502.query.verdicts\",\"replyAddress\":7} | invalid_reply_address"
      })
  void frameIsRefusedInThisProtocolsForm(String frame, String error) {
    // Given
    AtomicInteger heard = new AtomicInteger();
    service.vertx.eventBus().consumer(Addresses.VERDICTS, message -> heard.incrementAndGet());
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      // When
      peer.send(frame);
      // Then
      assertEquals("{\"type\":\"err\",\"message\":\"" + error + "\"}", peer.next());
      assertEquals(0, heard.get());
      assertEquals("{\"type\":\"pong\"}", peer.ping().next());
    }
  }

  @Test
  void newsAndRepliesHaveTheFormOfTheStockBridge() {
    // Given
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      peer.register(Addresses.HEALTH);
      // When
      peer.send(
          "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r-1\","
              + "\"headers\":{\"timeout\":\"1\",\"localOnly\":\"x\",\"codecName\":\"none\"}}");
      String reply = peer.next();
      service.feed.health(new Health(2, 4, 4, 0.6, 0, 0, 1, List.of()));
      String news = peer.next();
      JsonObject refused =
          peer.ask(Addresses.QUERY_VERDICTS, new JsonObject().put("limit", "many"));
      // Then
      assertEquals(
          "{\"type\":\"message\",\"address\":\"r-1\",\"headers\":{},\"body\":{\"incidents\":[]},\"send\":true}",
          reply);
      assertEquals(
          "{\"type\":\"message\",\"address\":\"why502.health\",\"headers\":{},\"body\":{\"probes\":2,"
              + "\"due\":4,\"ran\":4,\"lateMillis\":0.6,\"blocked\":0,\"storeErrors\":0,\"sockets\":1,"
              + "\"problems\":[],\"at\":\"2025-09-18T09:46:01.000Z\",\"seq\":1,\"node\":\"web-1\"},\"send\":false}",
          news);
      assertEquals(
          new JsonObject()
              .put("type", "err")
              .put("address", "r")
              .put("sourceAddress", "why502.query.verdicts")
              .put("failureCode", 400)
              .put("failureType", "RECIPIENT_FAILURE")
              .put("message", "limit must be a whole number from 1 on"),
          refused);
    }
  }

  @Test
  void secondRegistrationDeliversOnceAndTheSixtyFifthIsRefused() {
    // Given
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      for (int i = 0; i < Viewer.MAX_REGISTRATIONS; i++) {
        peer.register(Addresses.verdicts("p" + i));
      }
      // When
      peer.register(Addresses.verdicts("p0")).register(Addresses.verdicts("p64"));
      // Then
      assertEquals("address_already_registered", peer.nextJson().getString("message"));
      assertEquals("max_handlers_reached", peer.nextJson().getString("message"));
      service.feed.verdict(Samples.up("p0"));
      assertEquals("why502.verdicts.p0", peer.nextJson().getString("address"));
      assertEquals("{\"type\":\"pong\"}", peer.ping().next());
    }
  }

  @Test
  void framesMayComeInAnyPieces() {
    // Given
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      String ping = "{\"type\":\"ping\"}";
      byte[] two = new byte[2 * (4 + ping.length())];
      for (int i = 0; i < 2; i++) {
        two[i * (4 + ping.length()) + 3] = (byte) ping.length();
        System.arraycopy(
            ping.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            0,
            two,
            i * (4 + ping.length()) + 4,
            ping.length());
      }
      // When
      for (byte one : two) {
        peer.sendBytes(new byte[] {one});
      }
      peer.sendBytes(two);
      // Then
      for (int i = 0; i < 4; i++) {
        assertEquals("{\"type\":\"pong\"}", peer.next());
      }
    }
  }

  @Test
  void eachFrameNeedsTheToken() {
    // Given
    restart(options("127.0.0.1", TOKEN, WebOptions.Times.DEFAULT));
    try (TcpPeer none = TcpPeer.connect(service.tcpPort());
        TcpPeer wrong = TcpPeer.connect(service.tcpPort()).with(TOKEN + "x");
        TcpPeer right = TcpPeer.connect(service.tcpPort()).with(TOKEN)) {
      // When
      List<String> refused = new ArrayList<>();
      for (TcpPeer peer : List.of(none, wrong)) {
        refused.add(peer.register(Addresses.VERDICTS).nextJson().getString("message"));
        refused.add(peer.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getString("message"));
        peer.send("{\"type\":\"register\",\"address\":\"other\"}");
        refused.add(peer.nextJson().getString("message"));
      }
      right.register(Addresses.VERDICTS);
      JsonObject reply = right.ask(Addresses.QUERY_VERDICTS, new JsonObject());
      right.send("{\"type\":\"unregister\",\"address\":\"why502.verdicts\"}");
      String later = right.nextJson().getString("message");
      service.feed.verdict(Samples.down("templates"));
      // Then
      assertEquals(List.of("access_denied"), refused.stream().distinct().toList());
      assertNotNull(reply.getValue("body"));
      assertEquals("access_denied", later);
      assertEquals("why502.verdicts", right.nextJson().getString("address"));
      assertEquals("{\"type\":\"pong\"}", none.ping().next());
      assertEquals("{\"type\":\"pong\"}", wrong.ping().next());
    }
  }

  @Test
  void exposedBridgeShowsNothingOfTheInside() {
    // Given
    restart(options("0.0.0.0", null, WebOptions.Times.DEFAULT));
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      service.feed.verdict(Samples.down("templates"));
      peer.register(Addresses.VERDICTS);
      String reply = peer.ask(Addresses.QUERY_VERDICTS, new JsonObject()).encode();
      // When
      service.feed.verdict(Samples.down("templates"));
      // Then
      for (String text : List.of(reply, String.valueOf(peer.next()))) {
        assertTrue(text.contains("gateway-wrong-port"), text);
        assertFalse(text.contains("\"data\""), text);
        assertFalse(text.contains("\"fix\""), text);
      }
    }
  }

  @Test
  void whoListensStaysWithoutAPingAndWhoIsSilentForNothingLeaves() {
    // Given
    restart(options("127.0.0.1", null, QUICK));
    try (TcpPeer listener = TcpPeer.connect(service.tcpPort()).register(Addresses.HEALTH);
        TcpPeer mute = TcpPeer.connect(service.tcpPort());
        TcpPeer asked = TcpPeer.connect(service.tcpPort());
        TcpPeer half = TcpPeer.connect(service.tcpPort()).register(Addresses.HEALTH)) {
      assertNotNull(asked.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getValue("body"));
      half.sendBytes(new byte[] {0, 0, 0, 9, '{'});
      // When
      String afterAnswer = asked.next();
      String afterNothing = mute.next();
      String afterHalf = half.next();
      // Then
      assertNull(afterAnswer);
      assertNull(afterNothing);
      assertNull(afterHalf);
      service.feed.health(new Health(0, 0, 0, 0, 0, 0, 1, List.of()));
      assertEquals(Addresses.HEALTH, listener.nextJson().getString("address"));
      assertEquals(1, service.meters.sockets());
    }
  }

  @Test
  void whoNeverShowedTheTokenLeavesThoughItPings() {
    // Given
    restart(options("127.0.0.1", TOKEN, QUICK));
    try (TcpPeer stranger = TcpPeer.connect(service.tcpPort());
        TcpPeer known = TcpPeer.connect(service.tcpPort()).with(TOKEN)) {
      known.send(new JsonObject().put("type", "ping"));
      long end = System.nanoTime() + 4 * QUICK.goneMillis() * 1_000_000;
      // When
      String last = "";
      while (last != null && System.nanoTime() < end) {
        known.ping();
        try {
          last = stranger.ping().next();
        } catch (java.io.UncheckedIOException gone) {
          last = null;
        }
        Service.await(service.vertx.timer(20));
      }
      // Then
      assertNull(last);
      assertEquals("{\"type\":\"pong\"}", known.next());
      assertEquals(1, service.meters.sockets());
    }
  }

  @Test
  void bridgesShareOneLimitAndTheMuteGiveWay() {
    // Given
    WebOptions.Limits few = new WebOptions.Limits(3, 512);
    restart(
        new WebOptions("127.0.0.1", 0, null, List.of(), null, 0, WebOptions.Times.DEFAULT, few));
    Service.Peer viewer = service.connect();
    try (TcpPeer one = TcpPeer.connect(service.tcpPort());
        TcpPeer mute = TcpPeer.connect(service.tcpPort())) {
      assertEquals("{\"type\":\"pong\"}", one.ping().next());
      // When
      Service.Peer second = service.connect();
      try (TcpPeer late = TcpPeer.connect(service.tcpPort())) {
        // Then
        assertNull(mute.next());
        assertEquals("{\"type\":\"err\",\"message\":\"too_many_viewers\"}", late.next());
        assertNull(late.next());
        assertEquals(3, service.meters.sockets());
        for (Service.Peer still : List.of(viewer, second)) {
          assertNotNull(still.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getValue("body"));
        }
        assertEquals("{\"type\":\"pong\"}", one.ping().next());
      }
    }
  }

  private void restart(WebOptions options) {
    service.close();
    service = Service.start(options);
  }
}
