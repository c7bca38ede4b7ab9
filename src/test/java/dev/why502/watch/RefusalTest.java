package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever cannot be followed is told of in one line that says what to do. */
@Timeout(60)
class RefusalTest {
  private static final WatchOptions.Times SHORT =
      new WatchOptions.Times(1_500, 30_000, 45_000, 90_000, 20, 100, 50);

  private static String refused(String url, @Nullable String token) throws Exception {
    try (Watched viewer = new Watched(Watched.options(url, token, SHORT), false)) {
      String words = viewer.refused();
      assertEquals("", viewer.text(), "nothing on standard output");
      assertEquals(1, words.lines().count(), words);
      return words;
    }
  }

  @ParameterizedTest
  @CsvSource({
    ", asks for a token (401): give it as WHY502_TOKEN or with --token",
    "wrong, refuses the token (401)"
  })
  void tokenIsAskedFor(@Nullable String token, String says) throws Exception {
    // Given
    WebOptions guarded =
        Service.options("127.0.0.1", "correct-horse-battery", WebOptions.Times.DEFAULT);
    try (Service service = Service.start(guarded)) {
      String url = "http://127.0.0.1:" + service.port();
      // When
      String words = refused(url, token);
      // Then
      assertEquals(url + " " + says, words);
      try (Watched viewer =
          new Watched(Watched.options(url, "correct-horse-battery", SHORT), false)) {
        assertTrue(viewer.start().text().contains("no verdict yet"));
      }
    }
  }

  @Test
  void pathThatIsNotTheServicesIsTold() throws Exception {
    // Given
    try (Service service = Service.start(WebOptions.local(0))) {
      String url = "http://127.0.0.1:" + service.port() + "/elsewhere";
      // Then
      assertEquals(
          "there is no event bus at " + url + " (404): is the path right?", refused(url, null));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "421 Misdirected Request| does not answer under this name (421): use 127.0.0.1, or start it"
            + " with --public-url",
        "403 Forbidden| refuses connections from here (403)",
        "503 Service Unavailable| takes no more viewers now (503)",
        "502 Bad Gateway| answers 502 instead of its event bus",
        "200 OK| answers 200 instead of its event bus",
        "301 Moved\\r\\nLocation: https://a.example/| redirects (301) to https://a.example/"
      })
  void statusIsTold(String status, String says) throws Exception {
    // Given
    Buffer answer =
        Buffer.buffer(
            "HTTP/1.1 "
                + status.replace("\\r\\n", "\r\n")
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    Vertx vertx = Vertx.vertx();
    try {
      NetServer server =
          vertx
              .createNetServer()
              .connectHandler(socket -> socket.handler(request -> socket.write(answer)))
              .listen(0, "127.0.0.1")
              .await(5, TimeUnit.SECONDS);
      // When
      String words = refused("http://127.0.0.1:" + server.actualPort(), null);
      // Then
      assertTrue(words.contains(says.strip()), words);
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SSH-2.0-OpenSSH_9.2, speaks no WebSocket",
    "'', does not answer in time",
  })
  void strangersAreTold(String banner, String says) throws Exception {
    // Given
    Vertx vertx = Vertx.vertx();
    try {
      NetServer server =
          vertx
              .createNetServer()
              .connectHandler(
                  socket -> {
                    if (!banner.isEmpty()) {
                      socket.write(banner + "\r\n");
                      socket.close();
                    }
                  })
              .listen(0, "127.0.0.1")
              .await(5, TimeUnit.SECONDS);
      // When
      String words = refused("http://127.0.0.1:" + server.actualPort(), null);
      String tls = refused("https://127.0.0.1:" + server.actualPort(), null);
      // Then
      assertTrue(words.contains(says), words);
      assertTrue(tls.contains("127.0.0.1 port " + server.actualPort()), tls);
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void nobodyIsTold() throws Exception {
    // Given
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    // Then
    assertEquals(
        "nothing listens at 127.0.0.1 port " + port + ": is the service running (why502 run)?",
        refused("ws://127.0.0.1:" + port, null));
  }

  @Test
  void bridgeOfAnybodyElseIsTold() throws Exception {
    // Given
    try (OddService denies =
            new OddService(
                (socket, frame) ->
                    socket.writeTextMessage("{\"type\":\"err\",\"body\":\"access_denied\"}"));
        OddService mute = new OddService((socket, frame) -> {});
        OddService fails = new OddService(RefusalTest::nobodyAnswers);
        OddService endless =
            new OddService(
                (socket, frame) ->
                    OddService.reply(
                        socket,
                        frame,
                        new JsonObject().put("verdicts", new JsonArray()).put("next", "a")))) {
      // Then
      assertEquals(
          List.of(
              "its bridge refuses: access_denied",
              "it does not answer in time",
              "a question is refused: no handlers",
              "its list of verdicts has no end"),
          Stream.of(denies, mute, fails, endless).map(RefusalTest::after).toList());
    }
  }

  /** What is said behind the URL. */
  private static String after(OddService service) {
    try {
      String url = "http://127.0.0.1:" + service.port();
      return refused(url, null).replace(url + ": ", "");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void nobodyAnswers(ServerWebSocket socket, JsonObject frame) {
    if (frame.containsKey("replyAddress")) {
      socket.writeTextMessage(
          new JsonObject()
              .put("type", "err")
              .put("address", frame.getString("replyAddress"))
              .put("message", "no handlers")
              .encode());
    }
  }
}
