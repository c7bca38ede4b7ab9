package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTextTest {

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
        Arguments.of("C:\\new", "C:\\new"));
  }

  /** What terminals, logs and readers have been led astray with. */
  static Stream<String> hostile() {
    Stream<String> singles =
        IntStream.of(
                0x00, 0x01, 0x03, 0x04, 0x05, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
                0x11, 0x13, 0x18, 0x1a, 0x1b, 0x1c, 0x1f, 0x7f, 0x80, 0x84, 0x85, 0x88, 0x8d, 0x8e,
                0x90, 0x98, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xad, 0x61c, 0x180e, 0x2000, 0x200b,
                0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
                0x202f, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0xd800, 0xdfff, 0xe000,
                0xfeff, 0xfff9, 0xfffe, 0xffff, 0xe0001, 0xe007f, 0xf0000, 0x10ffff)
            .mapToObj(codePoint -> "x" + new String(Character.toChars(codePoint)) + "y");
    List<String> sequences =
        List.of(
            "\u001b]0;owned\u0007",
            "\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\",
            "\u001b]52;c;ZWNobyBvd25lZA==\u0007",
            "\u001b[1A\u001b[2K all is well",
            "\u001b[?1049h",
            "\u001bP+q544e\u001b\\",
            "\u009d0;owned\u009c",
            "Referer: \u001b[31mred\u001b[0m",
            "ok\n2025/09/18 09:46:00 [error] 1#1: *1 forged record",
            "ok\r\u001b[K forged",
            "a\u0008\u0008\u0008rm -rf",
            "\u202egnp.exe",
            "user\u2066admin\u2069",
            "\ud83d".repeat(300),
            "\udc00\ud800",
            "\u0000".repeat(4096),
            "A".repeat(100_000),
            "\ud83d\ude00".repeat(4096),
            "\n".repeat(600));
    return Stream.concat(singles, sequences.stream());
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
    assertTrue(hostile().count() >= 60);
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
  static boolean harmless(String text) {
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
