package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NotifyCommandTest {
  private static final String TOKEN = "Kq7vN2xT9bRw4mZc8LpYd3Hs";

  private final Path file;

  NotifyCommandTest(@TempDir Path folder) {
    this.file = folder.resolve("probes.json");
  }

  @Test
  void listsWhoIsToldOfWhat() throws Exception {
    // Given
    Files.writeString(
        file,
        """
        {"notify": {
           "receivers": [
             {"name": "ops", "slack": {"url": "https://hooks.example/%s"}},
             {"name": "shop", "email": {"host": "mail.example", "from": "a@h.example", "to": ["b@h.example"]}}],
           "routes": [
             {"match": {"labels": {"team": "shop"}}, "to": ["shop"], "continue": true},
             {"match": {"severity": ["down"]}, "to": ["ops"]}]},
         "probes": [
           {"id": "cart", "target": "http://127.0.0.1:1/", "labels": {"team": "shop"}},
           {"id": "blog", "target": "http://127.0.0.1:1/"},
           {"id": "off", "target": "http://127.0.0.1:1/", "enabled": false}]}
        """
            .formatted(TOKEN));
    // When
    CommandRun english = CommandRun.of("notify", "--definitions", file.toString());
    CommandRun chinese = CommandRun.of("notify", "--definitions", file.toString(), "--lang", "zh");
    // Then
    assertEquals(
        List.of(
            "receiver ops (slack) is told when down of all 2 probes",
            "receiver shop (email) is told of cart",
            "nobody is told when degraded of blog"),
        english.out().lines().toList(),
        english.err());
    assertEquals(
        List.of("接收方 ops（slack）在故障时会收到：全部 2 个探测", "接收方 shop（email）会收到：cart", "降级时没有人会收到：blog"),
        chinese.out().lines().toList());
    assertEquals(0, english.status());
  }

  @Test
  void testMessageTellsWhatTheReceiverAnswered() throws Exception {
    // Given
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    HttpServer service = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    service.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          String path = exchange.getRequestURI().getPath();
          byte[] answer =
              (path.startsWith("/good")
                      ? "{\"errcode\":0}"
                      : "{\"errcode\":310000,\"errmsg\":\"token " + TOKEN + " is not exist\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    service.start();
    String base = "http://127.0.0.1:" + service.getAddress().getPort();
    Files.writeString(
        file,
        """
        {"notify": {"receivers": [
           {"name": "good", "wecom": {"url": "%s/good/%s"}},
           {"name": "bad", "dingtalk": {"url": "%s/bad?access_token=%s", "secret": "%s"}}]},
         "probes": [{"id": "a", "target": "http://127.0.0.1:1/"}]}
        """
            .formatted(base, TOKEN, base, TOKEN, TOKEN));
    try {
      // When
      CommandRun good = CommandRun.of("notify", "--definitions", file.toString(), "--test", "good");
      CommandRun bad = CommandRun.of("notify", "--definitions", file.toString(), "--test", "bad");
      CommandRun none = CommandRun.of("notify", "--definitions", file.toString(), "--test", "goo");
      // Then
      assertEquals(
          "receiver good took the test message: answered 200, errcode 0", good.out().strip());
      assertEquals(0, good.status());
      assertEquals(
          "receiver bad did not take the test message: answered 200, errcode 310000: token *** is"
              + " not exist",
          bad.out().strip());
      assertEquals(1, bad.status());
      assertEquals("why502: no receiver has the name goo", none.err().strip());
      assertEquals(2, none.status());
      String body = String.valueOf(bodies.poll(1, TimeUnit.SECONDS));
      assertTrue(body.contains("This is a test of why502"), body);
      assertFalse((good + " " + bad + " " + none).contains(TOKEN));
    } finally {
      service.stop(0);
    }
  }
}
