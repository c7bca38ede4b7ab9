package dev.why502.language;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The catalogue as it stands in the sources. */
final class Chinese {
  /** What is said as a whole, where the source says it in parts. */
  static final String JOINED = "joined.tsv";

  private static final Path FOLDER = Path.of("src/main/resources/dev/why502/language/zh");

  /** A word in lower case that stands in a sentence, not in an address or a command's option. */
  private static final Pattern WORD = Pattern.compile("(?<![^ (\"])([a-z]{2,})(?![^ ,;:.)\"'])");

  private Chinese() {}

  static Map<String, String> files() {
    try (Stream<Path> all = Files.list(FOLDER)) {
      Map<String, String> files = new LinkedHashMap<>();
      for (Path file : all.sorted().toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text() {
    return String.join("\n", files().values());
  }

  static Translation translation() {
    return Translation.of(text());
  }

  /** English words of a text, as far as they look like prose. */
  static List<String> words(String text) {
    Matcher words = WORD.matcher(text);
    return words.results().map(word -> word.group(1)).toList();
  }
}
