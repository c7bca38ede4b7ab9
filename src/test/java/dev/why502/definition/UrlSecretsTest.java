package dev.why502.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlSecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://user:pass@site.example/x | https://***@site.example/x",
        "see https://user@site.example/ and http://b:c@d/ | see https://***@site.example/ and"
            + " http://***@d/",
        "GET /x?token=abc&limit=6 HTTP/1.1 | GET /x?token=***&limit=6 HTTP/1.1",
        "/x?limit=6&API_KEY=abc | /x?limit=6&API_KEY=***",
        "/x?sig=a%2Fb#top | /x?sig=***#top",
        "curl 'http://h/?access_token=a' | curl 'http://h/?access_token=***'",
        "/x?sort=popular&limit=6 | /x?sort=popular&limit=6",
        "/x?monkey=banana | /x?monkey=banana",
        "key=plain text | key=plain text",
        "http://site.example/@scope/package | http://site.example/@scope/package",
        "mail me@site.example | mail me@site.example",
        "/x?token= | /x?token="
      })
  void whatIsSecretInAnUrlIsMasked(String text, String masked) {
    // Given
    // When
    String shown = Secrets.NONE.mask(text);
    // Then
    assertEquals(masked, shown);
  }

  @Test
  void hostileTextTakesNoTime() {
    // Given
    String text = "://".repeat(100_000) + "?token".repeat(100_000) + "=@&".repeat(100_000);
    long began = System.nanoTime();
    // When
    String shown = Secrets.NONE.mask(text);
    // Then
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertTrue(shown.contains("=***&"));
    assertTrue(millis < 5_000, millis + " ms");
    System.out.println(text.length() + " characters in " + millis + " ms");
  }
}
