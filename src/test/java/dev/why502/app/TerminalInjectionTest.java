package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.terminal.HostileTexts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * R6: no text from outside steers a terminal or forges a record, whichever way it takes. Each
 * channel is fed with every hostile text; no byte leaves that was not promised, and there are as
 * many lines as there are records.
 */
@Timeout(120)
@Isolated("what it measures or catches is the process's own")
class TerminalInjectionTest {
  private static final List<String> TEXTS = HostileTexts.texts();
  private static final List<byte[]> RAW = HostileTexts.raw();
  private static final DateTimeFormatter NGINX =
      DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss", Locale.ROOT);

  /** A line of a command, or a record of its log. */
  private static final String OWN_LINE =
      "why502: .*|[0-9T:.-]+Z (severe|warning) [A-Za-z0-9.$]+ .*";

  @TempDir private static Path directory;

  /** One round against a service whose status line, headers, body and gateway's log are hostile. */
  private static Printed diagnosed;

  @BeforeAll
  static void diagnose() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      NetServer server =
          vertx
              .createNetServer()
              .connectHandler(socket -> socket.handler(head -> socket.end(answer(head.toString()))))
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS);
      Path definitions = directory.resolve("probes.json");
      Files.writeString(definitions, ascii(definitions(server.actualPort()).encode()));
      diagnosed =
          Printed.of(
              "diagnose",
              "--definitions",
              definitions.toString(),
              "--save",
              directory.resolve("cases").toString());
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private static JsonObject definitions(int port) throws Exception {
    JsonArray probes = new JsonArray();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    String now = NGINX.format(LocalDateTime.now(ZoneId.systemDefault()));
    for (int i = 0; i < RAW.size(); i++) {
      probes.add(
          new JsonObject()
              .put("id", "p-" + i)
              .put("description", TEXTS.get(i).replace("${", "$${"))
              .put("target", "http://127.0.0.1:" + port + "/p-" + i + "/")
              .put("gateway", "site"));
      String line =
          now
              + " [error] 1#1: *"
              + i
              + " connect() failed (111: Connection refused) while connecting to upstream, client:"
              + " 127.0.0.1, server: x, request: \"GET /p-"
              + i
              + "/ HTTP/1.1\", upstream: \"http://127.0.0.1:1/\", host: \"127.0.0.1:"
              + port
              + "\", referrer: \"";
      log.write(line.getBytes(StandardCharsets.UTF_8));
      log.write(inOneLine(RAW.get(i)));
      log.write("\"\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.write(directory.resolve("error.log"), log.toByteArray());
    return new JsonObject()
        .put("defaults", new JsonObject().put("timeout", "5s"))
        .put(
            "gateways",
            JsonArray.of(
                new JsonObject()
                    .put("id", "site")
                    .put("kind", "nginx")
                    .put("errorLog", directory.resolve("error.log").toString())))
        .put("probes", probes);
  }

  /** As a program writes what it was sent: what would end a line or a header is not let in. */
  private static byte[] inOneLine(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte one : text) {
      if (one != '\n' && one != '\r' && one != 0 && out.size() < 2_000) {
        out.write(one);
      }
    }
    return out.toByteArray();
  }

  private static Buffer answer(String head) {
    int from = head.indexOf("/p-") + 3;
    byte[] hostile = RAW.get(Integer.parseInt(head.substring(from, head.indexOf('/', from))));
    byte[] inHead = inOneLine(hostile);
    return Buffer.buffer("HTTP/1.1 502 ")
        .appendBytes(inHead)
        .appendString("\r\nServer: ")
        .appendBytes(inHead)
        .appendString("\r\nConnection: close\r\n\r\n")
        .appendBytes(hostile);
  }

  @Test
  void thereAreThreeHundred() {
    System.out.println(TEXTS.size() + " hostile texts");
    assertTrue(TEXTS.size() >= 300);
    assertEquals(TEXTS.size(), RAW.size());
  }

  @Test
  void diagnosisPrintsNoneOfThem() {
    // Then
    diagnosed.harmless();
    assertEquals(1, diagnosed.status(), () -> new String(diagnosed.err(), StandardCharsets.UTF_8));
    assertEquals(
        RAW.size(),
        new String(diagnosed.out(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.matches("(✗|!|\\?|✓) [a-z]+ +p-[0-9]+( .*)?"))
            .count());
  }

  @Test
  void replayPluginAndJsonPrintNoneOfThem() throws Exception {
    // Given
    List<Path> cases;
    try (Stream<Path> files = Files.list(directory.resolve("cases"))) {
      cases = files.sorted().toList();
    }
    assertEquals(RAW.size(), cases.size());
    for (Path file : cases) {
      // When
      Printed text = Printed.of("replay", file.toString()).harmless();
      Printed plugin = Printed.of("replay", "--plugin", file.toString()).harmless();
      Printed json = Printed.of("replay", "--json", file.toString()).harmless();
      // Then
      assertTrue(text.outLines() > 1);
      assertEquals(1, plugin.outLines());
      assertEquals(
          1, new JsonObject(new String(json.out(), StandardCharsets.UTF_8)).size(), "still JSON");
      assertEquals(0, text.errLines() + plugin.errLines() + json.errLines());
    }
  }

  @Test
  void checkPrintsNoneOfThem() throws Exception {
    // Given
    JsonArray gateways = new JsonArray();
    JsonArray probes = new JsonArray();
    for (int i = 0; i < RAW.size(); i++) {
      Path config = directory.resolve("nginx-" + i + ".conf");
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.write(
          "events {} http { server { listen 127.0.0.1:1; location / { proxy_pass http://127.0.0.1:2/"
              .getBytes(StandardCharsets.UTF_8));
      text.write(RAW.get(i));
      text.write("; } } }\n".getBytes(StandardCharsets.UTF_8));
      Files.write(config, text.toByteArray());
      gateways.add(
          new JsonObject()
              .put("id", "g-" + i)
              .put("kind", "nginx")
              .put("config", config.toString()));
      probes.add(
          new JsonObject()
              .put("id", "p-" + i)
              .put("target", "http://127.0.0.1:1/")
              .put("gateway", "g-" + i));
    }
    Path definitions = directory.resolve("check.json");
    Files.writeString(
        definitions, new JsonObject().put("gateways", gateways).put("probes", probes).encode());
    // When
    Printed printed = Printed.of("check", "--definitions", definitions.toString());
    // Then
    printed.harmless();
    assertTrue(printed.outLines() > RAW.size());
  }

  @Test
  void faultsOfDefinitionsAreALineEach() throws Exception {
    // Given
    JsonArray probes = new JsonArray();
    for (String text : TEXTS) {
      probes.add(new JsonObject().put("id", "i" + text).put("target", text).put("k" + text, 1));
    }
    Path file = directory.resolve("bad.json");
    Files.writeString(file, ascii(new JsonObject().put("probes", probes).encode()));
    for (String command : List.of("run", "check", "diagnose")) {
      // When
      Printed printed = Printed.of(command, "--definitions", file.toString()).harmless();
      // Then
      String err = new String(printed.err(), StandardCharsets.UTF_8);
      assertEquals(2, printed.status());
      assertEquals(0, printed.outLines());
      assertTrue(err.lines().allMatch(line -> line.matches(OWN_LINE)), err);
      long faults = err.lines().filter(line -> line.startsWith("why502: ")).count();
      assertTrue(faults >= TEXTS.size(), faults + " lines");
    }
  }

  @Test
  void argumentsAreALine() throws Exception {
    for (String text : TEXTS) {
      // When
      Printed option = Printed.of("watch", "--no-such-option" + text).harmless();
      Printed probe = Printed.of("watch", "--probe", "x\u001b" + text).harmless();
      Printed file = Printed.of("replay", "no-such" + text).harmless();
      // Then
      assertEquals(List.of(2, 2, 2), List.of(option.status(), probe.status(), file.status()));
      assertEquals(2, option.errLines(), text);
      assertEquals(2, probe.errLines(), text);
      assertTrue(file.errLines() >= 1 && file.errLines() <= 2, text);
    }
  }

  @Test
  void ownLogIsARecordALine() throws Exception {
    // Given
    Logger stranger = Logger.getLogger("io.example.stranger");
    // When
    Printed printed =
        Printed.by(
            () -> {
              for (String text : TEXTS) {
                Logs.own().log(Level.WARNING, "definitions: {0}", text);
                stranger.log(Level.SEVERE, text, new IllegalStateException(text));
              }
              return 0;
            });
    // Then
    printed.harmless();
    String err = new String(printed.err(), StandardCharsets.UTF_8);
    assertTrue(err.lines().allMatch(line -> line.matches(OWN_LINE)), err);
    assertEquals(
        2L * TEXTS.size(),
        err.lines()
            .filter(
                line -> line.matches("\\S+ \\w+ (dev.why502 definitions:|io.example.stranger ).*"))
            .count());
  }

  /** JSON in which halves of pairs survive a file. */
  private static String ascii(String json) {
    StringBuilder out = new StringBuilder();
    json.chars()
        .forEach(
            c ->
                out.append(
                    c < 0x7f
                        ? String.valueOf((char) c)
                        : String.format(Locale.ROOT, "\\u%04x", c)));
    return out.toString();
  }
}
