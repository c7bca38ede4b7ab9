package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code openssl dgst -sha256 -hmac KEY -binary | base64} says of the same. */
class SignatureTest {
  @ParameterizedTest
  @CsvSource({
    "1599360473, demo,           l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
    "1758188760, SECbe8d2c1f4a,  Cq/crTcmfaP+ZzBPBsEOChYBnXK4sffgG9U7SZHbUMs="
  })
  void feishuSignsNothingWithTimeAndSecret(long seconds, String secret, String expected) {
    assertEquals(expected, Signature.feishu(seconds, secret));
  }

  @ParameterizedTest
  @CsvSource("1577262236757, SEC00this0is0a0secret, l+cv6pdfnMiu3Kf7zXDvSmJEJI+r47j5W/3PfnChtnA=")
  void dingTalkSignsTimeAndSecretWithTheSecret(long millis, String secret, String expected) {
    assertEquals(expected, Signature.dingTalk(millis, secret));
  }
}
