package dev.why502.cases;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.why502.bus.CaseRead;
import dev.why502.bus.Json;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.evidence.Case;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Same case, same verdict, byte for byte: wherever, whenever and by whichever Java. */
@Isolated
class ReplayTest {
  private static final long SEED = 502;
  private static final int LIMIT_SECONDS = 30;

  /** Few, of different making: each costs two starts of a Java machine. */
  private static final List<String> ON_BOTH =
      List.of(
          "gateway-wrong-port/service-on-another-port",
          "gateway-timeout-too-short/service-is-slow",
          "process-build-missing/no-build-output",
          "edge-tls-expired/two-days-ago",
          "ok/config-edited-and-not-reloaded");

  @TempDir Path directory;

  @Test
  void verdictsAreTheSameInAnotherLocaleAndTimeZone() {
    // Given
    Map<String, String> here = verdicts();

    // When
    Map<String, String> there =
        with(
            // Turkish has an I of its own, Arabic its own digits, and Kolkata half an hour.
            Locale.forLanguageTag("tr-TR"), TimeZone.getTimeZone("Asia/Kolkata"), this::verdicts);
    Map<String, String> elsewhere =
        with(
            Locale.forLanguageTag("ar-EG-u-nu-arab"),
            TimeZone.getTimeZone("America/St_Johns"),
            this::verdicts);

    // Then
    assertEquals(here, there);
    assertEquals(here, elsewhere);
  }

  @Test
  void verdictsDoNotDependOnTheOrderOfKeys() {
    // Given
    Random random = new Random(SEED);
    ObjectMapper mapper = new ObjectMapper();

    assertAll(
        StoredCase.all().stream()
            .map(
                stored ->
                    () -> {
                      // When
                      String shuffled =
                          mapper.writeValueAsString(
                              shuffled(mapper.readTree(stored.text()), mapper, random));
                      CaseRead read = Json.readCase(shuffled);

                      // Then
                      Case given = read.read();
                      assertTrue(given != null, () -> stored + ": " + read.problem());
                      assertEquals(verdict(stored.given()), verdict(given), stored.name());
                    }));
  }

  @Test
  void twoJavasPrintTheSameBytes() throws IOException, InterruptedException {
    // Given
    List<Path> javas = javas();
    assumeTrue(javas.size() > 1, "skipped: one Java is installed: " + javas);

    for (String name : ON_BOTH) {
      // When
      Path file = StoredCase.ROOT.resolve(name).resolve("case.json");
      List<String> outputs = new ArrayList<>();
      for (Path java : javas) {
        outputs.add(replay(java, file));
      }

      // Then
      assertTrue(outputs.get(0).contains("\"verdicts\""), outputs.get(0));
      assertEquals(1, outputs.stream().distinct().count(), () -> name + " by " + javas);
    }
  }

  private Map<String, String> verdicts() {
    Map<String, String> verdicts = new TreeMap<>();
    for (StoredCase stored : StoredCase.all()) {
      verdicts.put(stored.name(), verdict(stored.given()));
    }
    return verdicts;
  }

  private static String verdict(Case given) {
    Json json = new Json(text -> text);
    return json.encode(json.verdict(Diagnosis.of(given)));
  }

  private static <T> T with(Locale locale, TimeZone zone, Supplier<T> work) {
    Locale localeBefore = Locale.getDefault();
    TimeZone zoneBefore = TimeZone.getDefault();
    try {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
      return work.get();
    } finally {
      Locale.setDefault(localeBefore);
      TimeZone.setDefault(zoneBefore);
    }
  }

  /** The same objects with their keys in another order; lists keep theirs. */
  private static JsonNode shuffled(JsonNode node, ObjectMapper mapper, Random random) {
    if (node.isArray()) {
      ArrayNode out = mapper.createArrayNode();
      node.forEach(one -> out.add(shuffled(one, mapper, random)));
      return out;
    }
    if (!node.isObject()) {
      return node;
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    node.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
    List<String> keys = new ArrayList<>(fields.keySet());
    Collections.shuffle(keys, random);
    ObjectNode out = mapper.createObjectNode();
    keys.forEach(key -> out.set(key, shuffled(fields.get(key), mapper, random)));
    return out;
  }

  /** One {@code java} of each version under {@code why502.javas}, or where Debian installs them. */
  private static List<Path> javas() throws IOException {
    Path root = Path.of(System.getProperty("why502.javas", "/usr/lib/jvm"));
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    Map<String, Path> byVersion = new TreeMap<>();
    try (Stream<Path> homes = Files.list(root)) {
      for (Path home : homes.sorted().toList()) {
        Path java = home.resolve("bin/java");
        Path release = home.resolve("release");
        if (Files.isExecutable(java) && Files.isRegularFile(release)) {
          Files.readAllLines(release).stream()
              .filter(line -> line.startsWith("JAVA_VERSION="))
              .findFirst()
              .ifPresent(version -> byVersion.putIfAbsent(version, java));
        }
      }
    }
    return List.copyOf(byVersion.values());
  }

  private String replay(Path java, Path file) throws IOException, InterruptedException {
    File out = directory.resolve("out").toFile();
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.why502.app.Main",
                "replay",
                "--json",
                file.toString())
            .redirectOutput(out)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), java + " does not end");
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out.toPath(), StandardCharsets.UTF_8);
  }
}
