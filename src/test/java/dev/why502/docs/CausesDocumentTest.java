package dev.why502.docs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The catalogue of causes and the document that explains them say the same. */
class CausesDocumentTest {
  private static final Path DOCUMENT = Path.of("src/docs/CAUSES.md");

  /** What stands in backquotes and looks like one of our codes. */
  private static final Pattern CODE =
      Pattern.compile("`((?:prober|edge|gateway|upstream|process|unexpected)-[a-z-]+)`");

  private static final Pattern PROXY_STATUS = Pattern.compile("Proxy-Status:\\s`([a-z_]+)`");

  private static final Map<String, String> PARAGRAPHS = new LinkedHashMap<>();
  private static final List<String> HEADINGS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    String heading = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("### ")) {
        heading = line.substring(4).replace("`", "");
        HEADINGS.add(heading);
      } else if (!line.startsWith("#")) {
        PARAGRAPHS.merge(heading, line + "\n", String::concat);
      }
    }
  }

  @Test
  void everyCauseHasExactlyOneHeading() {
    assertEquals(
        Stream.of(Cause.values()).map(Cause::code).sorted().toList(),
        HEADINGS.stream().sorted().toList());
  }

  @Test
  void everyParagraphSaysSomethingAndCarriesTheErrorType() {
    assertAll(
        Stream.of(Cause.values())
            .map(
                cause ->
                    () -> {
                      String paragraph = PARAGRAPHS.getOrDefault(cause.code(), "");
                      assertTrue(paragraph.length() > 100, cause + ": " + paragraph);
                      Matcher matcher = PROXY_STATUS.matcher(paragraph);
                      String type = matcher.find() ? matcher.group(1) : null;
                      assertEquals(cause.proxyStatus(), type, cause.code());
                    }));
  }

  @Test
  void everyCodeThatIsNamedExists() {
    Matcher matcher = CODE.matcher(String.join("\n", PARAGRAPHS.values()));
    int found = 0;
    while (matcher.find()) {
      found++;
      String code = matcher.group(1);
      assertFalse(Cause.of(code) == null, () -> code + " is named and is no cause");
    }
    assertTrue(found > Cause.values().length, "codes are compared with their near twins");
  }
}
