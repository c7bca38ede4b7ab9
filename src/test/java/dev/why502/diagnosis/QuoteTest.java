package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.cases.StoredCase;
import dev.why502.evidence.Case;
import dev.why502.evidence.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps are meant to be pasted into a root shell: what comes from outside does nothing there. */
class QuoteTest {
  private static final int LIMIT_SECONDS = 10;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  static List<String> hostile() {
    return List.of(
        "plain",
        "",
        "-rf",
        "--help",
        "two words",
        "it's",
        "'; touch P; '",
        "\"; touch P; \"",
        "$(touch P)",
        "`touch P`",
        "a; touch P",
        "a && touch P",
        "a | touch P",
        "> P",
        "a\ntouch P",
        "a\\",
        "\\'; touch P #",
        "*",
        "~",
        "$HOME",
        "a#b",
        "!!",
        "|e touch P|",
        "s|a|b|w P",
        "é\u202e");
  }

  @BeforeAll
  static void shellIsThere() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: no /bin/sh");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void quotedWordIsOneInertWord(String word) throws IOException, InterruptedException {
    // When
    String out = run("sh", "-c", "printf '<%s>' " + Quote.shell(word));

    // Then
    assertEquals("<" + word + ">", out);
    assertNothingTouched();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void replacingStepChangesOneLineAndNothingElse(String hostile)
      throws IOException, InterruptedException {
    // Given
    String old = "http://127.0.0.1:3001/" + hostile;
    String line = "proxy_pass " + old + ";";
    Path file = directory.resolve("a file's name");
    Files.writeString(file, "first\n" + line.replace("\n", " ") + "\nlast\n");
    Place place = new Place(file.toString(), 2, line, null);

    // When
    Fix fix = Fixes.replace(facts(), place, old, "unix:/a&b\\1|" + hostile, "point it there");

    // Then
    if (!Quote.printable(hostile)) {
      assertEquals(List.of(), fix.steps(), "no step is made of what cannot be printed");
      return;
    }
    run("sh", "-c", fix.steps().get(0));
    assertEquals("first\nproxy_pass unix:/a&b\\1|" + hostile + ";\nlast\n", Files.readString(file));
    Files.delete(file);
    assertNothingTouched();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void insertingStepAddsOneLine(String hostile) throws IOException, InterruptedException {
    // Given
    Path file = directory.resolve("site.conf");
    Files.writeString(file, "first\nlast\n");
    Place place = new Place(file.toString(), 1, "first", null);

    // When
    Fix fix =
        Fixes.change(
            facts(), Change.add(place, "proxy_set_header Host " + hostile + ";"), place, "send it");

    // Then
    if (!Quote.printable(hostile)) {
      assertEquals(List.of(), fix.steps());
      return;
    }
    run("sh", "-c", fix.steps().get(0));
    assertEquals(
        "first\n    proxy_set_header Host " + hostile + ";\nlast\n", Files.readString(file));
    Files.delete(file);
    assertNothingTouched();
  }

  /** All steps of all cases in one script: each has to be a command that a shell can read. */
  @Test
  void stepsOfAllCasesAreShell() throws IOException, InterruptedException {
    // Given
    List<String> script = new ArrayList<>();
    for (StoredCase stored : StoredCase.all()) {
      Verdict verdict = Diagnosis.of(stored.given());
      List<Fix> fixes = new ArrayList<>();
      if (verdict.fix() != null) {
        fixes.add(verdict.fix());
      }
      for (Verdict.Risk risk : verdict.risks()) {
        if (risk.fix() != null) {
          fixes.add(risk.fix());
        }
      }
      for (Fix fix : fixes) {
        script.addAll(fix.steps());
        if (fix.verify() != null) {
          script.add(fix.verify());
        }
      }
    }

    // Then
    assertTrue(script.size() > 100, "steps were found");
    assertAll(script.stream().map(step -> () -> assertFalse(step.contains("\n"), step)));
    Path file = directory.resolve("steps.sh");
    Files.writeString(file, String.join("\n", script) + "\n");
    assertEquals("", run("sh", "-n", file.toString()));
  }

  private static Facts facts() {
    Case given = Tables.stored("gateway-wrong-port/service-on-another-port");
    return new Facts(given);
  }

  private void assertNothingTouched() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it ends");
    return out;
  }
}
