package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTest {

  static Stream<Arguments> wishes() {
    Map<String, String> xterm = Map.of("TERM", "xterm");
    return Stream.of(
        Arguments.of(true, xterm, true),
        Arguments.of(false, xterm, false),
        Arguments.of(true, Map.of(), false),
        Arguments.of(true, Map.of("TERM", "dumb"), false),
        Arguments.of(true, Map.of("TERM", "xterm", "CLICOLOR", "0"), false),
        Arguments.of(true, Map.of("TERM", "xterm", "NO_COLOR", ""), true),
        Arguments.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), false),
        Arguments.of(true, Map.of("NO_COLOR", "1", "FORCE_COLOR", "1"), false),
        Arguments.of(false, Map.of("FORCE_COLOR", "1"), true),
        Arguments.of(true, Map.of("TERM", "xterm", "FORCE_COLOR", "0"), false),
        Arguments.of(false, Map.of("CLICOLOR_FORCE", "1"), true),
        Arguments.of(false, Map.of("CLICOLOR_FORCE", "0"), false));
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(Map.of(), "40 120\n", 120, 40),
        Arguments.of(Map.of("COLUMNS", "60"), "40 120\n", 60, 40),
        Arguments.of(Map.of("COLUMNS", "wide"), "40 120\n", 120, 40),
        Arguments.of(Map.of("COLUMNS", "-1"), "40 120\n", 120, 40),
        Arguments.of(Map.of(), "40 500\n", 160, 40),
        Arguments.of(Map.of(), "5 10\n", 40, 5),
        Arguments.of(Map.of(), "0 0\n", 80, 24),
        Arguments.of(Map.of(), "stty: standard input: not a terminal", 80, 24),
        Arguments.of(Map.of(), null, 80, 24));
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void colourIsForThoseWhoSeeIt(boolean interactive, Map<String, String> environment, boolean is) {
    assertEquals(is, Terminal.of(interactive, environment, () -> null).colour());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void widthIsWhatTheShellOrTheTerminalSays(
      Map<String, String> environment, @Nullable String told, int columns, int rows) {
    // When
    Terminal terminal = Terminal.of(true, environment, () -> told);

    // Then
    assertEquals(columns, terminal.columns());
    assertEquals(rows, terminal.rows());
  }

  @Test
  void pipeHasAWidthThatMailTakesAndIsNotAsked() {
    // When
    Terminal pipe = Terminal.of(false, Map.of("TERM", "xterm"), () -> fail("asked"));

    // Then
    assertFalse(pipe.interactive());
    assertEquals(100, pipe.columns());
    assertEquals(70, Terminal.of(false, Map.of("COLUMNS", "70"), () -> null).columns());
  }
}
