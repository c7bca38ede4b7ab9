package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:3001, 127.0.0.1, 3001",
    "[::1]:80, ::1, 80",
    "[fe80::1]:443, fe80::1, 443",
    "app.internal:8080, app.internal, 8080",
    "app.internal, app.internal, 0",
    "app.internal:http, app.internal, 0",
    "unix:/run/app.sock, '', 0",
    "unix:/run/a:80, '', 0",
  })
  void addressIsTakenApart(String address, String host, int port) {
    assertEquals(host, Address.host(address));
    assertEquals(port, Address.port(address));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:80, 127.0.0.1:80, true",
    "localhost:80, 127.0.0.1:80, true",
    "127.0.0.1:80, localhost:80, true",
    "localhost:80, [::1]:80, false",
    "127.0.0.1:80, 127.0.0.1:8080, false",
    "127.0.0.1:80, 127.0.0.2:80, false",
    "unix:/a, unix:/a, true",
    "unix:/a, unix:/b, false",
    ", 127.0.0.1:80, false",
    "127.0.0.1:80, , false",
    ", , false",
  })
  void sameAddressInTwoSpellings(@Nullable String one, @Nullable String other, boolean same) {
    assertEquals(same, Address.same(one, other));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, , 127.0.0.1, true",
    "127.0.0.1, , 127.0.0.2, false",
    "0.0.0.0, , 127.0.0.1, true",
    "0.0.0.0, , ::1, false",
    "::, true, 127.0.0.1, true",
    "::, , 127.0.0.1, true",
    "::, false, 127.0.0.1, false",
    "::, false, ::1, true",
    "::1, , 127.0.0.1, false",
    "::ffff:127.0.0.1, , 127.0.0.1, true",
  })
  void wildcardTakesWhatIsSentToEach(
      String listening, @Nullable Boolean both, String host, boolean covers) {
    assertEquals(covers, Address.covers(listening, both, host));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "::1, true",
    "localhost, true",
    "128.0.0.1, false",
    "::, false",
    "localhost.example, false",
  })
  void loopbackIsKnown(String host, boolean loopback) {
    assertEquals(loopback, Address.loopback(host));
  }
}
