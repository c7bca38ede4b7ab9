package dev.why502.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | ENGLISH",
        "zh | CHINESE",
        "zh-CN,zh;q=0.9,en;q=0.8 | CHINESE",
        "zh-TW | CHINESE",
        "zh-Hans-CN | CHINESE",
        "ZH-cn | CHINESE",
        "en-GB,en;q=0.7,zh;q=0.3 | ENGLISH",
        "en;q=0.2, zh;q=0.8 | CHINESE",
        "de-DE,de;q=0.9 | ENGLISH",
        "de;q=0.9, zh;q=0.1 | CHINESE",
        "zh;q=0 | ENGLISH",
        "zh;q=0, en;q=0.1 | ENGLISH",
        "*;q=0.5, zh;q=0.4 | ENGLISH",
        "* | ENGLISH",
        "zh;q=0.5, en;q=0.5 | CHINESE",
        "zh;q=1.001 | ENGLISH",
        "zh;q=nonsense | ENGLISH",
        "zhuang | ENGLISH",
        ",,;;q=,zh;q=0.123 | CHINESE"
      })
  void acceptedLanguageIsTheOneWantedMost(@Nullable String header, Language expected) {
    // When
    Language language = Language.accepted(header);

    // Then
    assertEquals(expected, language);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {"zh,CHINESE", "zh_CN.UTF-8,CHINESE", "en,ENGLISH", "C,null", "'',null", "fr,null"})
  void tagNamesALanguage(String tag, @Nullable Language expected) {
    // When
    Language language = Language.of(tag);

    // Then
    assertEquals(expected, language);
  }
}
