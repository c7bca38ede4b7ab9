package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

public class SafeTextTest {

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("", ""),
        Arguments.of("plain", "plain"),
        Arguments.of("größer als 数据 é", "größer als 数据 é"),
        Arguments.of("full　width", "full　width"),
        Arguments.of("two\nlines", "two\\nlines"),
        Arguments.of("two\r\nlines", "two\\r\\nlines"),
        Arguments.of("a\tb", "a\\tb"),
        Arguments.of("\u001b[2J", "\\x1b[2J"),
        Arguments.of("\u0000", "\\x00"),
        Arguments.of("\u007f", "\\x7f"),
        Arguments.of("\u009b31m", "\\x9b31m"),
        Arguments.of("exe\u202egpj", "exe\\u202egpj"),
        Arguments.of("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        Arguments.of("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        Arguments.of("no\u00a0break", "no\\xa0break"),
        Arguments.of("soft\u00adhyphen", "soft\\xadhyphen"),
        Arguments.of("\ud83d alone", "\\ud83d alone"),
        Arguments.of("alone \ude00", "alone \\ude00"),
        Arguments.of("pair \ud83d\ude00", "pair \ud83d\ude00"),
        Arguments.of("tag \udb40\udc41", "tag \\u{e0041}"),
        Arguments.of("private \ue000", "private \\ue000"),
        Arguments.of("none \uffff", "none \\uffff"),
        Arguments.of("a\u0301\u0302\u0303\u0304\u0305b", "a\u0301\u0302\u0303\u0304\\u0305b"),
        Arguments.of("\u0301first", "\\u0301first"),
        Arguments.of("filler \u3164", "filler \\u3164"),
        Arguments.of("selector \udb40\udd00", "selector \\u{e0100}"),
        Arguments.of("C:\\new", "C:\\new"));
  }

  /** What terminals, logs and readers have been led astray with. */
  static Stream<String> hostile() {
    return HostileTexts.texts().stream();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textIsShownOrEscaped(String fromOutside, String expected) {
    assertEquals(expected, SafeText.line(fromOutside));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileTextStaysOneHarmlessLine(String fromOutside) {
    // When
    String line = SafeText.line(fromOutside);

    // Then
    assertAll(
        () -> assertTrue(line.length() <= SafeText.MAX_CHARS, () -> "length " + line.length()),
        () -> assertTrue(harmless(line), line),
        () -> assertEquals(line, SafeText.line(line), "safe text stays as it is"));
  }

  @Test
  void thereAreManyHostileTexts() {
    assertTrue(hostile().count() >= 300);
  }

  @Test
  void cutIsMarkedAndFallsBetweenEscapes() {
    // Given
    String exact = "a".repeat(SafeText.MAX_CHARS);
    String escapes = "a" + "\u001b".repeat(200);

    // When
    String cut = SafeText.line(escapes);

    // Then
    assertEquals(exact, SafeText.line(exact));
    assertEquals("a".repeat(511) + "…", SafeText.line(exact + "a"));
    assertEquals("a".repeat(511) + "…", SafeText.line("a".repeat(511) + "\u001b"));
    assertEquals("a".repeat(508) + "\\x1b", SafeText.line("a".repeat(508) + "\u001b"));
    assertEquals("a" + "\\x1b".repeat(127) + "…", cut);
  }

  @Test
  void plainTextIsKnownAsSuch() {
    assertTrue(SafeText.plain("nginx -t"));
    assertTrue(SafeText.plain("数据"));
    assertFalse(SafeText.plain("nginx\u202e -t"));
    assertFalse(SafeText.plain("a".repeat(513)));
  }

  /** An own measure, not the one of the class: a table of ranges, and bytes that decode. */
  public static boolean harmless(String text) {
    boolean ranges =
        text.codePoints()
            .noneMatch(
                c ->
                    c < 0x20
                        || (c >= 0x7f && c <= 0xa0)
                        || c == 0xad
                        || c == 0x61c
                        || (c >= 0x2000 && c <= 0x200f)
                        || (c >= 0x2028 && c <= 0x202f)
                        || (c >= 0x2060 && c <= 0x206f)
                        || (c >= 0xd800 && c <= 0xf8ff)
                        || c == 0xfeff
                        || (c >= 0xfff0 && c <= 0xfffb)
                        || c >= 0xe0000);
    return ranges
        && text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }
}
