package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R2: what comes over the TCP bridge is bounded, and no frame wedges a connection. */
@Timeout(60)
class R2HostileFramesTest {
  private static final int FRAMES = 100_000;
  private static final int BURST = 200;
  private static final List<String> SEEDS =
      List.of(
          "{\"type\":\"register\",\"address\":\"why502.verdicts\",\"headers\":{}}",
          "{\"type\":\"unregister\",\"address\":\"why502.verdicts\"}",
          "{\"type\":\"send\",\"address\":\"why502.query.verdicts\",\"body\":{},\"replyAddress\":\"r\"}",
          "{\"type\":\"publish\",\"address\":\"why502.verdicts\",\"body\":[1,2.5e3,null,true]}",
          "{\"type\":\"message\",\"address\":\"x\",\"headers\":{\"codecName\":\"y\",\"timeout\":\"-1\"}}",
          "{\"a\":null}");

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start(TcpBridgeTest.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, frame_too_long",
    "65537, frame_too_long",
    "-1, invalid_length",
    "-2147483648, invalid_length",
    "0, invalid_length",
    "1, invalid_length"
  })
  void lengthOutOfBoundsIsAnsweredAndCloses(int length, String problem) {
    // Given
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      // When: more than the frame's head, as much as it likes
      peer.sendBytes(ByteBuffer.allocate(100_000).putInt(length).array());
      // Then
      assertEquals("{\"type\":\"err\",\"message\":\"" + problem + "\"}", peer.next());
      assertNull(peer.next());
    }
  }

  @Test
  void longestFrameIsRead() {
    // Given
    String frame = "{\"type\":\"ping\",\"a\":\"\"}";
    String longest = frame.replace("\"\"", '"' + "x".repeat(65_536 - frame.length()) + '"');
    try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
      // When
      peer.send(longest);
      // Then
      assertEquals("{\"type\":\"pong\"}", peer.next());
    }
  }

  @Test
  void requestOfABrowserOrOfTlsIsNoFrame() {
    // Given
    for (String other :
        List.of("POST / HTTP/1.1\r\n\r\n", "GET /eventbus", "\u0016\u0003\u0001\u0002")) {
      try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
        // When
        peer.sendBytes(other.getBytes(StandardCharsets.ISO_8859_1));
        // Then
        assertEquals("{\"type\":\"err\",\"message\":\"frame_too_long\"}", peer.next());
        assertNull(peer.next());
      }
    }
  }

  @Test
  void hundredThousandRandomFramesWedgeNoConnection() {
    // Given
    long seed = Long.getLong("why502.seed", System.nanoTime());
    Random random = new Random(seed);
    int closed = 0;
    double worstMillis = 0;
    long began = System.nanoTime();
    TcpPeer peer = TcpPeer.connect(service.tcpPort());
    // When
    for (int sent = 0; sent < FRAMES; sent += BURST) {
      ByteBuffer burst = ByteBuffer.allocate(BURST * 1_024);
      for (int i = 0; i < BURST; i++) {
        byte[] frame = frame(random);
        boolean lie = random.nextInt(20 * BURST) == 0;
        burst.putInt(lie ? random.nextInt() : frame.length).put(frame);
      }
      byte[] bytes = new byte[burst.flip().remaining()];
      burst.get(bytes);
      long asked = System.nanoTime();
      boolean answers = answers(peer, bytes);
      worstMillis = Math.max(worstMillis, (System.nanoTime() - asked) / 1e6);
      if (!answers) {
        closed++;
        peer.close();
        peer = TcpPeer.connect(service.tcpPort());
      }
    }
    peer.close();
    // Then
    System.out.printf(
        Locale.ROOT,
        "R2: %d random frames in %.1f s, seed %d: after each %d a ping is answered or the socket is"
            + " closed, at the latest after %.0f ms; closed %d%n",
        FRAMES,
        (System.nanoTime() - began) / 1e9,
        seed,
        BURST,
        worstMillis,
        closed);
    assertTrue(worstMillis < 5_000, worstMillis + " ms, seed " + seed);
  }

  private static boolean answers(TcpPeer peer, byte[] bytes) {
    try {
      peer.sendBytes(bytes).ping();
      for (String frame = peer.next(); frame != null; frame = peer.next()) {
        if (frame.equals("{\"type\":\"pong\"}")) {
          return true;
        }
      }
      return false;
    } catch (UncheckedIOException reset) {
      if (reset.getCause() instanceof java.net.SocketTimeoutException) {
        throw new AssertionError("neither answered nor closed", reset);
      }
      return false;
    }
  }

  /** A good frame with a few bytes changed, or noise; never a ping. */
  private static byte[] frame(Random random) {
    byte[] frame;
    if (random.nextInt(4) == 0) {
      frame = new byte[2 + random.nextInt(200)];
      random.nextBytes(frame);
    } else {
      frame = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8);
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      }
    }
    return frame;
  }

  @Test
  void thousandConnectionsLeaveNoConsumer() {
    // Given
    int connections = 1_000;
    long began = System.nanoTime();
    // When
    for (int i = 0; i < connections; i++) {
      try (TcpPeer peer = TcpPeer.connect(service.tcpPort())) {
        peer.register(Addresses.VERDICTS).register(Addresses.verdicts("p" + i)).ping();
        assertEquals("{\"type\":\"pong\"}", peer.next());
      }
    }
    // Then
    try (TcpPeer last = TcpPeer.connect(service.tcpPort())) {
      assertEquals("{\"type\":\"pong\"}", last.ping().next());
      for (int i = 0; i < 100 && service.meters.sockets() > 1; i++) {
        assertEquals("{\"type\":\"pong\"}", last.ping().next());
      }
      System.out.printf(
          Locale.ROOT,
          "R2: %d connections opened and closed in %.1f s, %d viewers left of 1, %d addresses of 0%n",
          connections,
          (System.nanoTime() - began) / 1e9,
          service.meters.sockets(),
          service.addresses());
      assertEquals(1, service.meters.sockets());
      assertEquals(0, service.addresses());
    }
  }
}
