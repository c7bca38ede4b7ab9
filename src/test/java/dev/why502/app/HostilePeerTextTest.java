package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A peer and a log say hostile things to a running service; what leaves it steers no terminal. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class HostilePeerTextTest {
  private static final int TEXTS = 300;
  private static final int PROBES = 30;

  private final Path directory;
  private final List<String> texts = texts();
  private final AtomicInteger told = new AtomicInteger();
  private Vertx vertx;
  private NetServer peer;

  HostilePeerTextTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** Every character that controls, reorders or hides, alone and in the company of sequences. */
  private static List<String> texts() {
    int[] steering = {
      0x01, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1a, 0x1b, 0x1f, 0x7f, 0x80, 0x84,
      0x85, 0x8d, 0x90, 0x9b, 0x9c, 0x9d, 0x9f, 0xa0, 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f,
      0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0x206a, 0xfeff, 0xfff9, 0xe0001, 0xe007f
    };
    String[] forms = {
      "x%sy",
      "%s[2J%s[31mred",
      "%s]0;owned\u0007",
      "%s\nforged 2025-01-01 error",
      "a%s%s%s",
      "%sP1;1q\u001b\\",
      "<script>%s</script>",
      "%s[6n"
    };
    List<String> all = new ArrayList<>();
    for (String form : forms) {
      for (int codePoint : steering) {
        all.add(form.replace("%s", Character.toString(codePoint)));
      }
    }
    return all.subList(0, TEXTS);
  }

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    peer =
        vertx
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        request -> {
                          String text = texts.get(told.getAndIncrement() % TEXTS);
                          Buffer body = Buffer.buffer(text);
                          socket
                              .write(
                                  Buffer.buffer(
                                          "HTTP/1.1 502 Bad "
                                              + text
                                              + "\r\nServer: nginx "
                                              + text
                                              + "\r\nLocation: /"
                                              + text
                                              + "\r\nContent-Type: text/"
                                              + text
                                              + "\r\nContent-Length: "
                                              + body.length()
                                              + "\r\n\r\n")
                                      .appendBuffer(body))
                              .onComplete(written -> socket.close());
                        }))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private JsonObject definitions(Path errorLog, Path serviceLog) {
    JsonArray probes = new JsonArray();
    for (int i = 0; i < PROBES; i++) {
      probes.add(
          new JsonObject()
              .put("id", "p" + i)
              .put("target", "http://127.0.0.1:" + peer.actualPort() + "/" + i)
              .put("description", texts.get(i))
              .put("labels", new JsonObject().put("team", texts.get(i + PROBES)))
              .put("gateway", "edge")
              .put("logs", JsonArray.of(serviceLog.toString()))
              .put("expect", new JsonObject().put("bodyContains", texts.get(i + 2 * PROBES))));
    }
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "2s"))
        .put(
            "gateways",
            JsonArray.of(
                new JsonObject()
                    .put("id", "edge")
                    .put("kind", "nginx")
                    .put("errorLog", errorLog.toString())))
        .put("probes", probes);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatPeersAndLogsSaySteersNoTerminal() throws Exception {
    // Given
    Path errorLog = directory.resolve("error.log");
    Path serviceLog = directory.resolve("service.log");
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      lines
          .append("2025/09/18 09:46:00 [error] 7#7: *1 connect() failed (111: Connection refused) ")
          .append("while connecting to upstream, client: 127.0.0.1, request: \"GET /1 HTTP/1.1\", ")
          .append("upstream: \"http://127.0.0.1:1/1\", host: \"127.0.0.1\", referrer: \"")
          .append(text)
          .append("\"\n");
    }
    Files.writeString(errorLog, "");
    Files.writeString(serviceLog, "Error: " + String.join(" ", texts) + "\n");
    Path file = directory.resolve("probes.json");
    ServiceSite.write(file, definitions(errorLog, serviceLog));
    Map<String, String> left = new LinkedHashMap<>();
    // When
    String log;
    try (ServiceProcess service = ServiceProcess.start(file, "--log-level", "trace")) {
      CompletableFuture<HttpResponse<String>> stream =
          service
              .client()
              .sendAsync(
                  HttpRequest.newBuilder(
                          service.url().resolve("/api/v1/events?types=verdicts,observations"))
                      .timeout(Duration.ofSeconds(60))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      ServiceViewer viewer = service.viewer("why502.verdicts", "why502.observations");
      Files.writeString(errorLog, lines, StandardOpenOption.APPEND);
      ServiceProcess.until(40_000, "all texts were told", () -> told.get() > 2 * TEXTS);
      for (String path :
          List.of(
              "/api/v1/verdicts",
              "/api/v1/probes",
              "/api/v1/verdicts/p0",
              "/api/v1/verdicts/p1/case",
              "/status.json",
              "/metrics",
              "/badge/p0.svg",
              "/badge/p0.json",
              "/badge/%1b%5b31m.svg",
              "/api/v1/verdicts/%1b%5b31m",
              "/api/v1/verdicts?after=%1b%5b31m",
              "/%e2%80%ae%1b",
              "/probe?target=p0&debug=true",
              "/probe?target=%1b%5b31m")) {
        left.put(path, service.get(path).body());
      }
      JsonObject bad = definitions(errorLog, serviceLog);
      bad.getJsonArray("probes").getJsonObject(0).put("target", "x\u001b[31m\u202e://");
      bad.getJsonArray("probes").getJsonObject(1).put("\u009b\u2028key", true);
      Files.writeString(file, bad.encodePrettily());
      left.put("reload", service.post("/-/reload").body());
      left.put("bus", viewer.all());
      service.signal("TERM");
      service.ended(15_000);
      left.put("events", stream.get(10, TimeUnit.SECONDS).body());
      left.put("stdout", service.out());
      log = service.log();
    }
    // Then
    List<String> wrong = new ArrayList<>();
    left.forEach(
        (way, text) ->
            text.lines()
                .flatMap(HostilePeerTextTest::steering)
                .distinct()
                .forEach(found -> wrong.add(way + " " + found)));
    List<String> records = List.of(log.split("\n", -1));
    for (String entry : records) {
      steering(entry).forEach(found -> wrong.add("log " + found + " in " + entry));
      if (!entry.isEmpty()
          && !entry.matches(
              "[0-9]{4}-[0-9:T.-]+Z (fine|finer|finest|config|info|warning|severe) [a-z].*")) {
        wrong.add("no record of ours: " + entry);
      }
    }
    System.out.println(
        told.get()
            + " answers of "
            + TEXTS
            + " texts, "
            + left.size()
            + " ways, "
            + left.values().stream().mapToInt(String::length).sum()
            + " characters, "
            + records.size()
            + " records, "
            + wrong.size()
            + " wrong");
    assertTrue(left.get("events").contains("\\u"), "no hostile text came through at all");
    assertTrue(left.get("bus").contains("\\u"), "no hostile text came over the bus at all");
    assertEquals(List.of(), wrong);
  }

  private static Stream<String> steering(String line) {
    return line.codePoints()
        .filter(
            c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.SURROGATE,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR ->
                      true;
                  default -> false;
                })
        .mapToObj(c -> "U+" + Integer.toHexString(c));
  }
}
