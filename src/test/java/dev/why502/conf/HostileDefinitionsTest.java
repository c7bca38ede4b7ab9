package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged and spiteful files: there is always a reading, and it can always be printed. */
class HostileDefinitionsTest {
  private static final int ROUNDS = 4_000;
  private static final List<String> SPLICES =
      List.of(
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "1e400",
          "-0.0",
          "\\u0000",
          "\\ud800",
          "${",
          "${env:A}",
          "${file:/dev/zero}",
          "$${",
          "\u202e",
          "(((",
          "{1000}",
          "http://",
          "unix:",
          "@",
          "[::",
          "99999999999999999999",
          "..",
          "\\\\Q",
          "\r\n",
          "\u00df");

  @Test
  void anyDamageGivesAReading() throws IOException {
    // Given
    String whole = Files.readString(Path.of("conf/probes.json"));
    DefinitionsReader reader = new DefinitionsReader(name -> "canary-value");
    long seed = 502;
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder damaged = new StringBuilder(whole);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(damaged.length());
        int end = Math.min(damaged.length(), at + random.nextInt(12));
        damaged.replace(at, end, SPLICES.get(random.nextInt(SPLICES.size())));
      }
      // When
      Reading reading =
          reader.read(damaged.toString().getBytes(StandardCharsets.UTF_8), Path.of("/nowhere"));
      // Then
      String where = "seed " + seed + ", round " + round;
      assertEquals(reading.accepted(), reading.problems().isEmpty(), where);
      for (Problem problem : reading.problems()) {
        String told = problem.toString();
        assertTrue(told.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == 0x202e), where + told);
        assertTrue(!told.contains("canary-value"), where + told);
      }
    }
  }

  @Test
  void everyPrefixOfAFileIsRefused() throws IOException {
    // Given
    byte[] whole =
        Files.readString(Path.of("conf/probes.json")).strip().getBytes(StandardCharsets.UTF_8);
    DefinitionsReader reader = new DefinitionsReader(name -> null);
    for (int length = 0; length < whole.length; length++) {
      // When
      Reading reading = reader.read(Arrays.copyOf(whole, length), Path.of("/nowhere"));
      // Then
      assertEquals(1, reading.problems().size(), "first " + length + " bytes");
    }
  }

  @Test
  void whatIsNoJsonIsOneFaultEach() {
    // Given
    Map<String, byte[]> documents =
        Map.ofEntries(
            Map.entry("the file is empty", new byte[0]),
            Map.entry("in the middle", utf8("{\"probes\": [")),
            Map.entry("line 2, column 3: not JSON", utf8("{\"probes\": [],\n  }")),
            Map.entry("Unrecognized token", utf8("nonsense")),
            Map.entry("nested deeper than 64", utf8("[".repeat(1_000))),
            Map.entry("byte order mark", utf8("\ufeff{}")),
            Map.entry("UTF-16", "{\"probes\": []}".getBytes(StandardCharsets.UTF_16LE)),
            Map.entry("it seems, in UTF-16", "{}".getBytes(StandardCharsets.UTF_16)),
            Map.entry("not valid UTF-8", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
            Map.entry("more than one value", utf8("{} {}")),
            Map.entry("larger than 4096 KiB", utf8(" ".repeat(Limits.FILE_BYTES + 1))),
            Map.entry("too long", utf8("{\"notify\": [" + "9".repeat(2_000) + "]}")),
            Map.entry("NaN", utf8("{\"notify\": [NaN]}")));
    documents.forEach(
        (message, document) -> {
          // When
          List<Problem> problems = read(document).problems();
          // Then
          assertEquals(1, problems.size(), message + problems);
          assertTrue(problems.get(0).message().contains(message), message + problems);
          assertTrue(problems.get(0).toString().startsWith("(whole file): "));
        });
  }

  @Test
  void hostileTextStaysHarmless() {
    // Given
    String json =
        "{\"probes\": [{\"id\": \"\\u001b[2J\\u202e\\n\", \"\\u001b]0;x\\u0007"
            + "k".repeat(5_000)
            + "\": 1}]}";
    // When
    List<Problem> problems = read(utf8(json)).problems();
    // Then
    for (Problem problem : problems) {
      assertTrue(problem.pointer().length() <= 512 && problem.message().length() <= 512);
      assertTrue(
          problem.toString().chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e),
          problem.toString());
    }
  }

  private static Reading read(byte[] json) {
    return new DefinitionsReader(name -> null).read(json, Path.of("/nowhere"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
