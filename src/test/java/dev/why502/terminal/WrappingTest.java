package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WrappingTest {

  static Stream<Arguments> texts() {
    String longWord = "x".repeat(60);
    return Stream.of(
        Arguments.of(40, "", List.of("")),
        Arguments.of(40, "short", List.of("short")),
        Arguments.of(0, "never " + longWord + " broken", List.of("never " + longWord + " broken")),
        Arguments.of(
            40,
            "nginx sends /api/ to 127.0.0.1:3001, where nothing listens",
            List.of("nginx sends /api/ to", "127.0.0.1:3001, where nothing listens")),
        Arguments.of(40, "a " + longWord + " b", List.of("a", longWord, "b")),
        Arguments.of(40, "数据 " + "数据".repeat(7), List.of("数据 " + "数据".repeat(6), "数据")),
        Arguments.of(
            40,
            "数".repeat(15) + "，据（127.0.0.1:3001）",
            List.of("数".repeat(14), "数，据（127.0.0.1:3001）")));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void lineIsBrokenBetweenWordsOrChineseCharacters(int columns, String text, List<String> lines) {
    assertEquals(lines, new Wrapping(columns).lines(text, 10, 2));
  }

  @Test
  void wideCharactersTakeTwoColumns() {
    assertEquals(10, Wrapping.width("a数据é\u0301한😀"));
    assertEquals("数  |", Wrapping.pad("数", 4) + "|");
  }
}
