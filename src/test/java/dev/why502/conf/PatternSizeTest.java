package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{1000}",
        "(a{100}){100}",
        "[(){1000}]{1000}",
        "[](]{9}",
        "[^](]{9}",
        "[[:alpha:]({2,3}]{1000}",
        "\\(\\({1000}",
        "\\Q((((\\E{1000}",
        "x{,5}{1",
        "(?:a|b)*(?P<n>c+)?"
      })
  void usualPatternsAreSmallEnough(String pattern) {
    // Given the pattern of the row
    // When
    boolean tooLarge = PatternSize.tooLarge(pattern);
    // Then
    assertFalse(tooLarge);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{100}){100}){100})",
        "((a{0,1000}){1000}){1000}",
        "(\\Q)\\Ea{1000}){1000}",
        "([)]a{1000}){1000}",
        "(\\)a{1000}){1000}",
        "(([[:alpha:])]{1000})){1000}",
        "((a{500}b{500}){999}){2,}"
      })
  void repetitionsWithinRepetitionsAreTooLarge(String pattern) {
    // Given the pattern of the row
    // When
    boolean tooLarge = PatternSize.tooLarge(pattern);
    // Then
    assertTrue(tooLarge);
  }

  @Test
  void deepestPatternCompilesOnASmallStack() throws InterruptedException {
    // Given
    String deepest = "(?:x".repeat(PatternSize.DEEPEST) + "y" + ")*".repeat(PatternSize.DEEPEST);
    boolean[] compiled = new boolean[1];
    Thread small =
        new Thread(
            null, () -> compiled[0] = Pattern.compile(deepest) != null, "small stack", 256 * 1024);
    // When
    small.start();
    small.join();
    // Then
    assertFalse(PatternSize.tooLarge(deepest));
    assertTrue(PatternSize.tooLarge("(" + deepest + ")"));
    assertTrue(compiled[0]);
  }
}
