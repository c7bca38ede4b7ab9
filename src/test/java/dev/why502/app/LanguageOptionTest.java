package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.cases.StoredCase;
import dev.why502.language.Language;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LanguageOptionTest {
  private static final String CASE =
      StoredCase.of("gateway-wrong-port/service-on-another-port").file().toString();

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, null, ENGLISH",
        "null, zh, CHINESE",
        "null, zh_CN.UTF-8, CHINESE",
        "null, fr_FR.UTF-8, ENGLISH",
        "ENGLISH, zh, ENGLISH",
        "CHINESE, en, CHINESE"
      })
  void optionStandsAboveTheEnvironment(
      @Nullable Language asked, @Nullable String environment, Language expected) {
    // When
    Language language = LanguageOption.language(asked, environment);

    // Then
    assertEquals(expected, language);
  }

  @Test
  void replaySpeaksChinese() throws Exception {
    // When
    CommandRun run = CommandRun.of("replay", "--lang", "zh", CASE);

    // Then
    assertEquals(1, run.status());
    assertTrue(run.out().contains("而该处无进程监听；backend 监听"), run.out());
    assertTrue(run.out().contains("  修复"), run.out());
    assertTrue(run.out().contains("nginx -t"), run.out());
    assertTrue(run.out().contains("gateway-wrong-port"), run.out());
  }

  @Test
  void jsonIsEnglishUnlessItIsAsked() throws Exception {
    // When
    JsonObject english = CommandRun.of("replay", "--json", CASE).verdict();
    JsonObject chinese = CommandRun.of("replay", "--json", "--lang=zh-CN", CASE).verdict();

    // Then
    assertFalse(ideographic(english.encode()));
    assertTrue(ideographic(chinese.getString("summary")));
    assertEquals(english.getString("cause"), chinese.getString("cause"));
    assertEquals(
        english.getJsonObject("fix").getJsonArray("steps"),
        chinese.getJsonObject("fix").getJsonArray("steps"));
  }

  @Test
  void unknownLanguageIsRefused() throws Exception {
    // When
    CommandRun run = CommandRun.of("replay", "--lang", "tlh", CASE);

    // Then
    assertEquals(2, run.status());
    assertTrue(run.err().contains("must be en or zh"), run.err());
  }

  private static boolean ideographic(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic);
  }
}
