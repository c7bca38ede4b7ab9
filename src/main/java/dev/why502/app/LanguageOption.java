package dev.why502.app;

import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** In which language a command speaks; what other programs read is English unless it is asked. */
final class LanguageOption {
  static final String ENVIRONMENT = "WHY502_LANG";

  @Option(
      names = "--lang",
      paramLabel = "LANG",
      converter = Converter.class,
      description =
          "Language of what is said: en or zh (simplified). Default: "
              + ENVIRONMENT
              + ", else en."
              + " JSON is English without this option.")
  private @Nullable Language asked;

  /** For people. */
  Spoken spoken() {
    return Spoken.in(language(asked, System.getenv(ENVIRONMENT)));
  }

  /** For programs. */
  Spoken written() {
    return Spoken.in(asked == null ? Language.ENGLISH : asked);
  }

  static Language language(@Nullable Language asked, @Nullable String environment) {
    Language usual = Language.of(environment);
    return asked != null ? asked : usual != null ? usual : Language.ENGLISH;
  }

  /** Made by picocli. */
  static final class Converter implements ITypeConverter<Language> {
    @Override
    public Language convert(String value) {
      Language language = Language.of(value);
      if (language == null) {
        throw new TypeConversionException("must be en or zh and not '" + value + "'");
      }
      return language;
    }
  }
}
