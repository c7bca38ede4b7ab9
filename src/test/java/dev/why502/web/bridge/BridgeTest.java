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
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class BridgeTest {
  private static final WebOptions.Times QUICK = new WebOptions.Times(100, 400, 10_000);
  private static final Health LARGE = new Health(0, 0, 0, 0, 0, 0, 0, List.of("x".repeat(100_000)));
  private static final String RAW_HANDSHAKE =
      """
      GET /eventbus/websocket HTTP/1.1
      Host: localhost
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start();
  }

  @AfterEach
  void stop() {
    service.close();
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
        "{\"type\":\"register\",\"address\":\"why502\"} | access_denied",
        "{\"type\":\"register\",\"address\":\"why502.query.verdicts\"} | access_denied",
        "{\"type\":\"unregister\",\"address\":\"other\"} | access_denied",
        "{\"type\":\"ping\",\"headers\":\"x\"} | invalid_headers",
        "{\"type\":\"register\",\"address\":\"why502.health\",\"headers\":{\"a\":null}} | invalid_headers",
        "{\"type\":\"register\",\"address\":\"why502.health\",\"headers\":[]} | invalid_headers",
        "{\"type\":\"register\"} | missing_address",
        "{\"type\":\"register\",\"address\":7} | missing_address",
        "{\"type\":\"subscribe\",\"address\":\"why502.health\"} | invalid_type",
        "{\"type\":7} | invalid_type",
        "{} | missing_type",
        "[] | invalid_json",
        "7 | invalid_json",
        "nonsense | invalid_json",
        "{\"type\":\"send\",\"address\":\"why502.query.verdicts\",\"replyAddress\":7} | invalid_reply_address",
        "{\"type\":\"send\",\"address\":\"why502.query.verdicts\",\"replyAddress\":\"0123456789012345678901234567890123456\"} | invalid_reply_address"
      })
  void frameIsRefusedWithAnErrorFrame(String frame, String error) {
    // Given
    AtomicInteger heard = new AtomicInteger();
    service.vertx.eventBus().consumer(Addresses.VERDICTS, message -> heard.incrementAndGet());
    Service.Peer viewer = service.connect();
    // When
    viewer.send(frame);
    // Then
    assertEquals("{\"type\":\"err\",\"body\":\"" + error + "\"}", viewer.next());
    assertEquals(0, heard.get());
    assertNotNull(viewer.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getValue("body"));
  }

  @Test
  void newsReachWhoRegistered() {
    // Given
    Service.Peer one = service.connect();
    one.register(Addresses.verdicts("templates"));
    one.register(Addresses.HEALTH);
    one.ask(Addresses.QUERY_VERDICTS, new JsonObject());
    // When
    service.feed.verdict(Samples.down("templates"));
    service.feed.verdict(Samples.up("backend"));
    service.feed.health(new Health(2, 4, 4, 0.6, 0, 0, 1, List.of()));
    // Then
    JsonObject verdict = one.nextJson();
    assertEquals("rec", verdict.getString("type"));
    assertEquals("why502.verdicts.templates", verdict.getString("address"));
    assertEquals(1, verdict.getJsonObject("body").getLong("seq"));
    assertEquals(
        "{\"type\":\"rec\",\"address\":\"why502.health\",\"body\":{\"probes\":2,\"due\":4,\"ran\":4,"
            + "\"lateMillis\":0.6,\"blocked\":0,\"storeErrors\":0,\"sockets\":1,\"problems\":[],"
            + "\"at\":\"2025-09-18T09:46:01.000Z\",\"seq\":3,\"node\":\"web-1\"}}",
        one.next());
  }

  @Test
  void bytesAreAnsweredInBytes() {
    // Given
    Service.Peer viewer = service.connect();
    Promise<Buffer> answer = Promise.promise();
    viewer.socket.binaryMessageHandler(answer::tryComplete);
    // When
    viewer.sendBytes(Buffer.buffer("{\"type\":\"register\",\"address\":\"other\"}"));
    // Then
    assertEquals("access_denied", new JsonObject(Service.await(answer.future())).getString("body"));
    viewer.send("{\"type\":\"register\",\"address\":\"other\"}");
    assertEquals("access_denied", viewer.nextJson().getString("body"));
  }

  @Test
  void secondRegistrationOfAnAddressAndTheSixtyFifthAreRefused() {
    // Given
    Service.Peer viewer = service.connect();
    for (int i = 0; i < Viewer.MAX_REGISTRATIONS; i++) {
      viewer.register(Addresses.verdicts("p" + i));
    }
    // When
    viewer.register(Addresses.verdicts("p0"));
    viewer.register(Addresses.verdicts("p64"));
    // Then
    assertEquals("address_already_registered", viewer.nextJson().getString("body"));
    assertEquals("max_handlers_reached", viewer.nextJson().getString("body"));
    viewer.send("{\"type\":\"unregister\",\"address\":\"why502.verdicts.p0\"}");
    viewer.register(Addresses.verdicts("p64"));
    viewer.ask(Addresses.QUERY_VERDICTS, new JsonObject());
    service.feed.verdict(Samples.up("p0"));
    service.feed.verdict(Samples.up("p64"));
    assertEquals("why502.verdicts.p64", viewer.nextJson().getString("address"));
  }

  @Test
  void frameAboveTheLimitEndsTheSocketAndNoOther() {
    // Given
    Service.Peer other = service.connect();
    Service.Peer viewer = service.connect();
    String frame = "{\"type\":\"ping\",\"a\":\"" + "x".repeat(Bridge.MAX_FRAME) + "\"}";
    // When
    viewer.socket.writeTextMessage(frame);
    // Then
    Service.await(viewer.closed);
    assertNotNull(other.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getValue("body"));
  }

  @Test
  void repliesArePagedBelowTheLimit() {
    // Given
    Set<String> expected = new LinkedHashSet<>();
    for (int i = 0; i < 60; i++) {
      String probe = String.format(Locale.ROOT, "p%03d", i);
      expected.add(probe);
      service.feed.verdict(Samples.down(probe));
    }
    Service.Peer viewer = service.connect();
    // When
    Set<String> seen = new LinkedHashSet<>();
    List<Integer> sizes = new ArrayList<>();
    JsonObject query = new JsonObject();
    while (query != null) {
      JsonObject frame = viewer.ask(Addresses.QUERY_VERDICTS, query);
      sizes.add(frame.toBuffer().length());
      JsonObject reply = frame.getJsonObject("body");
      reply.getJsonArray("verdicts").forEach(v -> seen.add(((JsonObject) v).getString("probe")));
      String next = reply.getString("next");
      query = next == null ? null : new JsonObject().put("after", next);
    }
    // Then
    assertEquals(expected, seen);
    assertTrue(sizes.size() > 2, sizes.toString());
    assertTrue(sizes.stream().allMatch(size -> size <= 200 * 1024), sizes.toString());
  }

  @Test
  void requestThatCannotBeAnsweredFailsAtItsReplyAddress() {
    // Given
    Service.Peer viewer = service.connect();
    // When
    JsonObject badLimit =
        viewer.ask(Addresses.QUERY_VERDICTS, new JsonObject().put("limit", "many"));
    JsonObject nobody = viewer.ask("why502.query.weather", new JsonObject());
    // Then
    assertEquals("err", badLimit.getString("type"));
    assertEquals("r", badLimit.getString("address"));
    assertEquals("RECIPIENT_FAILURE", badLimit.getString("failureType"));
    assertEquals("limit must be a whole number from 1 on", badLimit.getString("message"));
    assertEquals("NO_HANDLERS", nobody.getString("failureType"));
  }

  @Test
  void viewerThatNeverPingsIsPingedAndStays() {
    // Given
    restart(QUICK);
    Service.Peer viewer = service.connect();
    viewer.register(Addresses.HEALTH);
    // When: four times as long as a viewer without a sign of life may stay
    Service.await(service.vertx.timer(4 * QUICK.goneMillis()));
    service.feed.health(new Health(0, 0, 0, 0, 0, 0, 1, List.of()));
    // Then
    assertEquals(Addresses.HEALTH, viewer.nextJson().getString("address"));
    assertFalse(viewer.closed.isComplete());
  }

  @Test
  void viewerWithoutASignOfLifeIsDropped() {
    // Given: a peer that reads and never answers a ping
    restart(QUICK);
    Promise<Void> closed = Promise.promise();
    NetSocket socket =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    socket.handler(bytes -> {});
    socket.closeHandler(gone -> closed.complete());
    // When
    socket.write(RAW_HANDSHAKE);
    // Then
    Service.await(closed.future());
    assertEquals(0, service.meters.sockets());
  }

  @Test
  void viewerThatDoesNotReadIsClosedAndOthersLoseNothing() {
    // Given
    NetSocket stuck =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    Promise<Void> upgraded = Promise.promise();
    stuck.handler(bytes -> upgraded.tryComplete());
    stuck.write(RAW_HANDSHAKE);
    Service.await(upgraded.future());
    stuck.pause();
    stuck.write(masked("{\"type\":\"register\",\"address\":\"why502.health\"}"));
    Service.Peer other = service.connect();
    other.register(Addresses.HEALTH);
    other.ask(Addresses.QUERY_VERDICTS, new JsonObject());
    assertEquals(2, service.meters.sockets());
    // When
    int sent = sendUntilOneIsClosed(other);
    // Then
    assertEquals(1, service.meters.sockets());
    assertTrue(sent < 200, "closed after " + sent);
    service.feed.health(LARGE);
    assertEquals(Addresses.HEALTH, other.nextJson().getString("address"));
    Promise<Void> ended = Promise.promise();
    stuck.closeHandler(gone -> ended.complete());
    Service.await(service.vertx.timer(1_500));
    assertEquals(1, service.connections(), "what waited for it is still held");
    stuck.resume();
    Service.await(ended.future());
  }

  @Test
  void viewerThatTakesNothingForTwoSecondsIsToldWhy() throws IOException {
    // Given
    Health large = new Health(0, 0, 0, 0, 0, 0, 0, List.of("x".repeat(50_000)));
    Service.Peer other = service.connect();
    try (SocketChannel stuck = Crowd.stuck(service.port(), Addresses.HEALTH)) {
      other.register(Addresses.HEALTH);
      other.ask(Addresses.QUERY_VERDICTS, new JsonObject());
      // When: more than the kernel holds for it, and less than 1 MiB besides
      for (int i = 0; i < 28; i++) {
        service.feed.health(large);
        other.next();
      }
      long began = System.nanoTime();
      while (service.meters.sockets() == 2) {
        Service.await(service.vertx.timer(20));
        assertTrue(System.nanoTime() - began < 10_000_000_000L, "still there");
      }
      // Then: 1013 at the end of all that waited for it
      assertEquals(1, service.meters.sockets());
      String close = "\u0088\u0010\u0003\u00f5too far behind";
      String end = "";
      ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
      while (!end.endsWith(close) && stuck.read(bytes.clear()) > 0) {
        String all = end + StandardCharsets.ISO_8859_1.decode(bytes.flip());
        end = all.substring(Math.max(0, all.length() - close.length()));
      }
      assertEquals(close, end);
      service.feed.health(large);
      assertEquals(Addresses.HEALTH, other.nextJson().getString("address"));
    }
  }

  @Test
  void viewerOverXhrThatDoesNotReadIsClosedAndOthersLoseNothing() {
    // Given
    String session = "/eventbus/123/slowsession";
    NetSocket stuck =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    Promise<Void> opened = Promise.promise();
    stuck.handler(bytes -> opened.tryComplete());
    stuck.write("POST " + session + "/xhr_streaming HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Service.await(opened.future());
    stuck.pause();
    String register = "{\"type\":\"register\",\"address\":\"why502.health\"}";
    String body = new JsonArray().add(register).encode();
    assertEquals(
        204, service.request(HttpMethod.POST, session + "/xhr_send", Map.of(), body).status());
    Service.Peer other = service.connect();
    other.register(Addresses.HEALTH);
    other.ask(Addresses.QUERY_VERDICTS, new JsonObject());
    assertEquals(2, service.meters.sockets());
    // When
    int sent = sendUntilOneIsClosed(other);
    // Then
    assertEquals(1, service.meters.sockets());
    assertTrue(sent < 200, "closed after " + sent);
    service.feed.health(LARGE);
    assertEquals(Addresses.HEALTH, other.nextJson().getString("address"));
  }

  @Test
  void oneSocketMoreThanTheLimitIsRefused() {
    // Given
    List<Service.Peer> viewers = new ArrayList<>();
    for (int i = 0; i < WebOptions.Limits.DEFAULT.viewers(); i++) {
      viewers.add(service.connect());
    }
    // When
    int status =
        Service.await(
            service
                .handshake("/eventbus/websocket", Map.of())
                .map(101)
                .recover(
                    failure ->
                        Future.succeededFuture(((UpgradeRejectedException) failure).getStatus())));
    // Then
    assertEquals(503, status);
    assertEquals(WebOptions.Limits.DEFAULT.viewers(), service.meters.sockets());
    viewers.forEach(viewer -> Service.await(viewer.socket.close()));
    Service.Peer late = service.connect();
    assertNotNull(late.ask(Addresses.QUERY_VERDICTS, new JsonObject()).getValue("body"));
  }

  @Test
  void closedSocketsGiveTheirPlacesBack() {
    // Given
    for (int i = 0; i < 20; i++) {
      Service.Peer viewer = service.connect();
      viewer.register(Addresses.HEALTH);
      Service.await(viewer.socket.close());
      Service.await(viewer.closed);
    }
    // When
    Service.Peer last = service.connect();
    last.ask(Addresses.QUERY_VERDICTS, new JsonObject());
    // Then
    assertEquals(1, service.meters.sockets());
    assertEquals(1, service.connections());
  }

  @Test
  void sockJsFramingIsSpoken() {
    // Given
    Service.Peer viewer = service.connect("/eventbus/123/abcdefgh/websocket", Map.of());
    assertEquals("o", viewer.next());
    // When
    viewer.send(
        new JsonArray()
            .add("{\"type\":\"ping\"}")
            .add(
                "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r\"}")
            .encode());
    // Then
    String frame = viewer.next();
    assertEquals('a', frame.charAt(0));
    assertEquals(
        "{\"type\":\"rec\",\"address\":\"r\",\"body\":{\"incidents\":[]}}",
        new JsonArray(frame.substring(1)).getString(0));
  }

  @Test
  void xhrFallbackCarriesRequestsAndReplies() {
    // Given
    String session = "/eventbus/123/xhrsession";
    Service.Reply open = service.request(HttpMethod.POST, session + "/xhr", Map.of(), "");
    String message =
        "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r\"}";
    // When
    Service.Reply sent =
        service.request(
            HttpMethod.POST,
            session + "/xhr_send",
            Map.of(),
            new JsonArray().add(message).encode());
    Service.Reply received = service.request(HttpMethod.POST, session + "/xhr", Map.of(), "");
    // Then
    assertEquals("o\n", open.body());
    // No connection is closed under a client that was not told.
    Set<Integer> used = new HashSet<>(List.of(open.localPort()));
    used.add(sent.localPort());
    used.add(received.localPort());
    assertEquals(used.size(), service.connections());
    assertEquals(204, sent.status());
    assertTrue(received.body().startsWith("a[\"{\\\"type\\\":\\\"rec\\\""), received.body());
    assertNull(sent.headers().get("Set-Cookie"));
    Map<String, String> tooLong = Map.of("Content-Length", String.valueOf(Bridge.MAX_FRAME + 1));
    assertTrue(refused(session + "/xhr_send", tooLong));
  }

  /** A server that reads no more of a request may close before its 413 is read (RFC 9112, 9.6). */
  private boolean refused(String path, Map<String, String> headers) {
    try {
      return service.status(HttpMethod.POST, path, headers) == 413;
    } catch (Exception closed) {
      // What waits for a future throws its failure as it is, declared or not.
      return closed instanceof HttpClosedException
          || closed.getCause() instanceof HttpClosedException;
    }
  }

  private void restart(WebOptions.Times times) {
    service.close();
    service = Service.start(Service.options("127.0.0.1", null, times));
  }

  /** How many messages went out before the viewer that does not read was closed. */
  private int sendUntilOneIsClosed(Service.Peer reading) {
    int sent = 0;
    while (service.meters.sockets() == 2 && sent < 1000) {
      service.feed.health(LARGE);
      reading.next();
      sent++;
    }
    return sent;
  }

  /** A text frame of a client (RFC 6455, 5.2) with an all-zero mask. */
  private static Buffer masked(String text) {
    return Buffer.buffer()
        .appendByte((byte) 0x81)
        .appendByte((byte) (0x80 | text.length()))
        .appendInt(0)
        .appendString(text);
  }
}
