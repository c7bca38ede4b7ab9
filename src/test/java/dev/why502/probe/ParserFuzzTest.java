package dev.why502.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.probe.ResponseParser.State;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Anything may come; the parser says something about it, the same however it is cut up. */
@Timeout(30)
class ParserFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not Found\r\nServer: x\r\n\r\nbody",
          "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\u0088\u0000",
          "HTTP/1.1 304\nA:b\n c\n\n",
          "SSH-2.0-OpenSSH_9.2\r\n");

  @Test
  void anyBytesEndInAState() {
    long seed = Long.getLong("why502.seed", System.nanoTime());
    System.out.println("parser fuzz: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      // Given
      byte[] bytes = mutated(random);
      // When
      String whole = read(bytes, bytes.length, random.nextBoolean());
      // Then
      assertNotNull(whole);
    }
  }

  @Test
  void cuttingUpChangesNothing() {
    long seed = Long.getLong("why502.seed", System.nanoTime());
    System.out.println("parser cuts: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      // Given
      byte[] bytes = mutated(random);
      // When
      String whole = read(bytes, bytes.length, false);
      String parts = read(bytes, 1 + random.nextInt(7), false);
      // Then
      assertEquals(whole, parts, () -> new String(bytes, ISO_8859_1));
    }
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(ISO_8859_1);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "\r\n:; 0f".charAt(random.nextInt(7));
        default -> {
          int from = random.nextInt(bytes.length);
          int count = Math.min(random.nextInt(20), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, count);
        }
      }
    }
    return bytes;
  }

  private static String read(byte[] bytes, int step, boolean reset) {
    BodySink sink = new BodySink(true);
    ResponseParser parser = new ResponseParser(false, bytes.length % 2 == 0, sink);
    State state = State.HEAD;
    for (int at = 0; at < bytes.length && state != State.DONE && state != State.FAILED; ) {
      int count = Math.min(step, bytes.length - at);
      state = parser.feed(bytes, at, count);
      at += count;
    }
    if (state != State.DONE && state != State.FAILED) {
      state = parser.end(reset);
    }
    assertTrue(state == State.DONE || state == State.FAILED, state.toString());
    Failure failure = parser.failure();
    assertEquals(state == State.FAILED, failure != null);
    String kind =
        failure == null ? "none" : failure.kind() + (parser.headDone() ? failure.detail() : "");
    return state
        + " "
        + kind
        + " "
        + parser.status()
        + " "
        + (parser.headDone() ? parser.headers() : "")
        + " "
        + new String(sink.kept(), ISO_8859_1);
  }
}
