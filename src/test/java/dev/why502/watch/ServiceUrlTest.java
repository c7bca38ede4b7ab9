package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceUrlTest {

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8502/, http://127.0.0.1:8502, false, 127.0.0.1, 8502, /eventbus/websocket",
    "127.0.0.1:8502, http://127.0.0.1:8502, false, 127.0.0.1, 8502, /eventbus/websocket",
    "localhost, http://localhost, false, localhost, 80, /eventbus/websocket",
    "ws://web-1:9, http://web-1:9, false, web-1, 9, /eventbus/websocket",
    "WSS://a.example, https://a.example, true, a.example, 443, /eventbus/websocket",
    "https://a.example/why/, https://a.example/why, true, a.example, 443, /why/eventbus/websocket",
    "https://a.example/why/eventbus, https://a.example/why, true, a.example, 443,"
        + " /why/eventbus/websocket",
    "ws://a.example/eventbus/websocket, http://a.example, false, a.example, 80,"
        + " /eventbus/websocket",
    "http://[::1]:8502, http://[::1]:8502, false, ::1, 8502, /eventbus/websocket"
  })
  void urlIsRead(String text, String shown, boolean tls, String host, int port, String path) {
    assertEquals(
        new ServiceUrl(shown, tls, host, port, path),
        Objects.requireNonNull(ServiceUrl.of(text).url()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://a.example",
        "http://",
        "http:///path",
        "http://a b",
        "http://a.example:0",
        "http://a.example:65536",
        "http://a.example/?access_token=x",
        "http://user:word@a.example/",
        "http://a_b",
        "\u001b[2J"
      })
  void whatIsNoneIsRefused(String text) {
    // When
    ServiceUrl.Read read = ServiceUrl.of(text);
    // Then
    assertNull(read.url());
    assertEquals(1, Objects.requireNonNull(read.problem()).lines().count());
  }
}
