package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Reactions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people copy is accepted: the files in {@code conf}, and what the README shows. */
class ExamplesTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```json\\n(.*?)\\n```");

  /** Stand for what their owner has to give. */
  private static final DefinitionsReader READER =
      new DefinitionsReader(
          name -> name.endsWith("_URL") ? "https://hooks.example/services/" + name : "not-told");

  static List<Path> shipped() throws IOException {
    List<Path> shipped = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("conf"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        if (new JsonObject(Files.readString(file)).containsKey("probes")) {
          shipped.add(file);
        }
      }
    }
    return shipped;
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void shippedDefinitionsAreAccepted(Path file) {
    // When
    Reading reading = READER.read(file);
    // Then
    assertEquals(List.of(), reading.problems());
    assertEquals(List.of(), warnings(reading));
  }

  @Test
  void exampleHasAllThatFollowsAVerdict() {
    // When
    Reading reading = READER.read(Path.of("conf/examples/site.json"));
    // Then
    Reactions reactions = Objects.requireNonNull(reading.definitions()).reactions();
    assertFalse(reactions.alerting().receivers().isEmpty());
    assertFalse(reactions.maintenance().windows().isEmpty());
    assertFalse(reactions.remedies().isEmpty());
    assertTrue(reactions.deadman() != null);
    assertTrue(
        reading.definitions().probes().stream().anyMatch(probe -> probe.objective() != null));
  }

  /** A block with probes is a whole file; any other one is added to the first of these. */
  @Test
  void definitionsOfTheReadmeAreAccepted() throws IOException {
    // Given
    List<JsonObject> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(Path.of("README.md")));
    while (matcher.find()) {
      blocks.add(new JsonObject(matcher.group(1)));
    }
    JsonObject site =
        blocks.stream().filter(block -> block.containsKey("probes")).findFirst().orElseThrow();
    List<String> told = new ArrayList<>();
    for (JsonObject block : blocks) {
      JsonObject whole = block.containsKey("probes") ? block : site.copy().mergeIn(block);
      // When
      Reading reading =
          READER.read(whole.encode().getBytes(StandardCharsets.UTF_8), Path.of("/srv/site"));
      reading.problems().forEach(problem -> told.add(problem + " in " + block));
      warnings(reading).forEach(warning -> told.add(warning + " in " + block));
    }
    // Then
    assertEquals(List.of(), told);
    assertTrue(blocks.size() >= 5, blocks.size() + " blocks");
  }

  /** Those that do not hang on what this machine has. */
  private static List<String> warnings(Reading reading) {
    return reading.warnings().stream()
        .filter(warning -> !warning.contains("cannot be read") && !warning.contains("directory"))
        .toList();
  }
}
