package dev.why502.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "p4ss/w0rd+of the \"shop\"";

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7})
  void secretInsideBase64IsMaskedAtEveryAlignment(int prefix) {
    // Given
    Secrets secrets = new Secrets(List.of(SECRET));
    String text = "x".repeat(prefix) + SECRET + ":tail";
    // When
    String masked =
        secrets.mask(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    // Then
    String core =
        Base64.getEncoder()
            .withoutPadding()
            .encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertFalse(masked.contains(core.substring(6, core.length() - 6)), masked);
  }

  @Test
  void commonEncodingsAreMasked() {
    // Given
    Secrets secrets = new Secrets(List.of("s3cr3t value"));
    String hex = HexFormat.of().formatHex("s3cr3t value".getBytes(StandardCharsets.UTF_8));
    // When
    String masked = secrets.mask("a s3cr3t value b s3cr3t%20value c s3cr3t+value d " + hex);
    // Then
    assertEquals("a *** b *** c *** d ***", masked);
  }

  @Test
  void partOfBearerTokenIsMasked() {
    // Given
    Secrets secrets = new Secrets(List.of("Bearer abcdefgh12345678"));
    // When
    String masked = secrets.mask("token=abcdefgh12345678");
    // Then
    assertEquals("token=***", masked);
  }

  @Test
  void shortSecretIsMaskedOnlyWhereItStandsAlone() {
    // Given
    Secrets secrets = new Secrets(List.of("ab"));
    // When
    String inText = secrets.mask("about");
    // Then
    assertEquals("about", inText);
    assertEquals("***", secrets.mask("ab"));
  }
}
