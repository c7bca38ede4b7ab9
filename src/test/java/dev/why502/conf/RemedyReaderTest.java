package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import dev.why502.definition.Remedy;
import dev.why502.definition.Selection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemedyReaderTest {
  private static final String PROBES =
      "\"probes\": [{\"id\": \"app\", \"target\": \"http://127.0.0.1:1/\"},"
          + " {\"id\": \"edge\", \"target\": \"http://127.0.0.1:2/\"}], ";

  private static Reading read(String remedies) {
    return new DefinitionsReader(name -> name.equals("KEY") ? "hunter2-hunter2" : null)
        .read(
            ("{" + PROBES + "\"remedies\": " + remedies + "}").getBytes(StandardCharsets.UTF_8),
            Path.of("/"));
  }

  @Test
  void remedyIsReadWhole() {
    // When
    Reading reading =
        read(
            """
            [{"id": "restart", "cause": ["process-not-running", "process-killed"],
              "probe": "app", "labels": {"tier": "api"}, "run": ["pm2", "start", "x", "{upstream}"],
              "directory": "tmp", "environment": {"HOME": "/srv", "TOKEN": "${env:KEY}"},
              "timeout": "1m", "cooldown": "5m", "maxPerHour": 2, "rounds": 3,
              "confidence": "likely"}]
            """);
    // Then
    assertEquals(List.of(), reading.problems());
    assertEquals(List.of(), reading.warnings());
    assertEquals(
        List.of(
            new Remedy(
                "restart",
                Set.of("process-not-running", "process-killed"),
                new Selection(Set.of("app"), Map.of("tier", "api")),
                List.of("pm2", "start", "x", "{upstream}"),
                "/tmp",
                Map.of("HOME", "/srv", "TOKEN", "hunter2-hunter2"),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                2,
                3,
                Remedy.Sureness.LIKELY)),
        definitions(reading).reactions().remedies());
    assertEquals("***", definitions(reading).secrets().mask("hunter2-hunter2"));
  }

  @Test
  void whatIsNotSaidIsCautious() {
    // When
    Reading reading =
        read(
            "[{\"id\": \"r\", \"cause\": \"upstream-refused\", \"probe\": \"app\","
                + " \"run\": [\"x\"]}]");
    // Then
    Remedy remedy = definitions(reading).reactions().remedies().get(0);
    assertEquals(Remedy.Sureness.CERTAIN, remedy.sureness());
    assertEquals(2, remedy.rounds());
    assertEquals(3, remedy.maxPerHour());
    assertEquals(Duration.ofMinutes(10), remedy.cooldown());
    assertEquals(Duration.ofSeconds(30), remedy.timeout());
    assertEquals("/", remedy.directory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "cause": "process-not-runing"       | /remedies/0/cause   | nearest is "process-not-running"
          "cause": "ok"                       | /remedies/0/cause   | no fault
          "cause": "unknown"                  | /remedies/0/cause   | no cause
          "cause": "prober-offline"           | /remedies/0/cause   | prober alone
          "cause": []                         | /remedies/0/cause   | names no cause
          "cause": ["upstream-refused", "x"]  | /remedies/0/cause/1 | no cause
          "cause": 1                          | /remedies/0/cause   | must be a string
          "probe": "ap"                       | /remedies/0/probe   | nearest is "app"
          "probes": ["app", "edg"]            | /remedies/0/probes/1 | nearest is "edge"
          "run": "x"                          | /remedies/0/run     | must be an array
          "run": []                           | /remedies/0/run     | names no program
          "run": ["bin/x"]                    | /remedies/0/run/0   | not absolute
          "run": ["-x"]                       | /remedies/0/run/0   | begins with
          "run": ["{file}"]                   | /remedies/0/run/0   | the verdict would choose
          "run": ["a\\nb"]                    | /remedies/0/run/0   | not a program
          "run": [""]                         | /remedies/0/run/0   | not a program
          "run": ["x", 1]                     | /remedies/0/run/1   | must be a string
          "run": ["x", "{fil}"]               | /remedies/0/run/1   | nearest known one is {file}
          "run": ["x", "a\\u0000b"]           | /remedies/0/run/1   | NUL
          "environment": {"A B": "c"}         | /remedies/0/environment/A B | not the name
          "environment": {"WHY502_FILE": "c"} | /remedies/0/environment/WHY502_FILE | is kept
          "environment": {"A": 1}             | /remedies/0/environment/A | must be a string
          "timeout": "11m"                    | /remedies/0/timeout | between
          "cooldown": "0s"                    | /remedies/0/cooldown | between
          "maxPerHour": 0                     | /remedies/0/maxPerHour | whole number
          "rounds": 0                         | /remedies/0/rounds  | whole number
          "confidence": "possible"            | /remedies/0/confidence | neither
          "shell": true                       | /remedies/0/shell   | nearest known one
          "id": "Restart"                     | /remedies/0/id      | not an id
          "labels": {"a": 1}                  | /remedies/0/labels/a | must be a string
          """)
  void faultIsNamedAtItsPlace(String member, String pointer, String message) {
    // Given
    String key = member.substring(1, member.indexOf('"', 1));
    StringBuilder json = new StringBuilder("[{" + member);
    for (String[] other :
        new String[][] {
          {"id", "\"r\""},
          {"cause", "\"upstream-refused\""},
          {"probe", "\"app\""},
          {"run", "[\"x\"]"}
        }) {
      if (!other[0].equals(key)) {
        json.append(", \"").append(other[0]).append("\": ").append(other[1]);
      }
    }
    // When
    Reading reading = read(json.append("}]").toString());
    // Then
    assertFalse(reading.accepted());
    Problem problem = reading.problems().get(0);
    assertEquals(pointer, problem.pointer(), reading.problems().toString());
    assertTrue(problem.message().contains(message), problem.toString());
  }

  @Test
  void remedyForEveryProbeIsNobodysIntention() {
    // When
    Reading reading =
        read(
            """
            [{"id": "a", "cause": "upstream-refused", "run": ["x"]},
             {"id": "a", "cause": "upstream-refused", "labels": {}, "run": ["x"]}]
            """);
    // Then
    assertEquals(
        List.of("/remedies/0", "/remedies/1/id", "/remedies/1"),
        reading.problems().stream().map(Problem::pointer).toList());
  }

  @Test
  void restartThatRepairsNothingIsWarnedOf() {
    // When
    Reading reading =
        read(
            """
            [{"id": "r", "cause": ["gateway-wrong-port", "process-not-running"], "probe": "app",
              "run": ["pm2", "restart", "x"]}]
            """);
    // Then
    assertEquals(
        List.of("/remedies/0/run: a restart does not repair \"gateway-wrong-port\""),
        reading.warnings());
  }

  @Test
  void valueFromTheEnvironmentIsInNoMessage() {
    // When
    Reading reading =
        read(
            """
            [{"id": "r", "cause": "upstream-refused", "probe": "app",
              "run": ["x", "${env:KEY}{none}"]}]
            """);
    // Then
    assertFalse(reading.problems().toString().contains("hunter2"), reading.problems().toString());
  }

  private static Definitions definitions(Reading reading) {
    Definitions definitions = reading.definitions();
    assertNotNull(definitions, reading.problems().toString());
    return definitions;
  }
}
