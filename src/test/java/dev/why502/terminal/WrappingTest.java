package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            List.of("数".repeat(14), "数，据（127.0.0.1:3001）")),
        Arguments.of(
            40,
            "nginx 把 /api/ 发往 127.0.0.1:3001，那里没有程序监听；backend 监听的是 3002",
            List.of("nginx 把 /api/ 发往", "127.0.0.1:3001，那里没有程序监听；", "backend 监听的是 3002")),
        Arguments.of(
            40,
            "数据".repeat(7) + "数，" + "据".repeat(18) + "。",
            List.of("数据".repeat(7), "数，" + "据".repeat(17), "据。")),
        Arguments.of(40, "数".repeat(14) + "（据）", List.of("数".repeat(14), "（据）")),
        Arguments.of(40, "한국어 " + "글".repeat(20), List.of("한국어 " + "글".repeat(11), "글".repeat(9))));
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

  @Test
  void tableOfWideCharactersRises() {
    // Given
    int[] wide = {0x1100, 0x115f, 0x4e00, 0xff01, 0x1f600, 0x2ffff};
    int[] narrow = {0x10ff, 0x1160, 0x2713, 0x2717, 0x2192, 0x2500, 0xff61, 0x1f5a3};
    // Then
    for (int codePoint : wide) {
      assertTrue(Columns.wide(codePoint), Integer.toHexString(codePoint));
    }
    for (int codePoint : narrow) {
      assertFalse(Columns.wide(codePoint), Integer.toHexString(codePoint));
    }
  }

  @Test
  void cutTextFitsItsColumns() {
    assertEquals("abc", Wrapping.cut("abc", 3));
    assertEquals("ab…", Wrapping.cut("abcd", 3));
    assertEquals("数…", Wrapping.cut("数据数", 4));
    assertEquals("数…", Wrapping.cut("数据数", 3));
  }
}
