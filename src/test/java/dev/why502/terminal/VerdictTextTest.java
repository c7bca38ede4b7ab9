package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Verdict;
import dev.why502.language.Translation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTextTest {

  static Stream<Arguments> snapshots() {
    return Stream.of(
        Arguments.of("wrong-port", 100, List.of(SampleVerdicts.wrongPort())),
        Arguments.of("wrong-port-narrow", 60, List.of(SampleVerdicts.wrongPort())),
        Arguments.of("unsettled", 80, List.of(SampleVerdicts.unsettled())),
        Arguments.of(
            "mixed",
            80,
            List.of(
                SampleVerdicts.up("shop"),
                SampleVerdicts.unknown("abroad"),
                SampleVerdicts.degraded(),
                SampleVerdicts.up("front-page", SampleVerdicts.expiring()))),
        Arguments.of("up", 0, List.of(SampleVerdicts.up("shop"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("snapshots")
  void verdictsReadAsStored(String name, int width, List<Verdict> verdicts) throws IOException {
    // When
    String text = VerdictText.render(verdicts, false, width);

    // Then
    assertEquals(stored(name), text);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("snapshots")
  void colourAddsNothingButColour(String name, int width, List<Verdict> verdicts) {
    // When
    String coloured = VerdictText.render(verdicts, true, width);

    // Then
    String plain = VerdictText.render(verdicts, false, width);
    assertEquals(plain, coloured.replaceAll("\u001b\\[[0-9;]+m", "").replaceAll(" +\n", "\n"));
  }

  @Test
  void commandIsNeverBroken() {
    // When
    String text = VerdictText.render(List.of(SampleVerdicts.wrongPort()), false, 40);

    // Then
    Objects.requireNonNull(SampleVerdicts.wrongPort().fix())
        .steps()
        .forEach(step -> assertTrue(text.lines().anyMatch(line -> line.equals("    " + step))));
  }

  @ParameterizedTest
  @MethodSource("dev.why502.terminal.SafeTextTest#hostile")
  void hostileTextStaysHarmlessEverywhere(String fromOutside) {
    // When
    Verdict verdict = SampleVerdicts.hostile(fromOutside);
    String text = VerdictText.render(List.of(verdict), false, 0);
    PluginLine plugin = PluginLine.of(List.of(verdict), Translation.none());

    // Then
    text.lines().forEach(line -> assertTrue(SafeTextTest.harmless(line), line));
    assertEquals(harmlessLines(), text.lines().count());
    assertTrue(SafeTextTest.harmless(plugin.line()), plugin.line());
  }

  @Test
  void commandThatCannotBeShownWholeIsNotRunnable() {
    // When
    String text = VerdictText.render(List.of(SampleVerdicts.hostile("rm\u001b[8m x")), false, 0);

    // Then
    assertTrue(text.contains("    # not as it is, take it from --json: rm\\x1b[8m x"), text);
  }

  private static long harmlessLines() {
    return VerdictText.render(List.of(SampleVerdicts.hostile("x")), false, 0).lines().count();
  }

  private static String stored(String name) throws IOException {
    try (InputStream in = VerdictTextTest.class.getResourceAsStream("/text/" + name + ".txt")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
