package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://example.com                | HTTP  | example.com:80          | /
          HTTPS://Example.COM               | HTTPS | example.com:443         | /
          https://example.com:8443/a/b?c=%20&d#e | HTTPS | example.com:8443    | /a/b?c=%20&d
          http://example.com?x=1            | HTTP  | example.com:80          | /?x=1
          http://example.com#x              | HTTP  | example.com:80          | /
          http://example.com:/              | HTTP  | example.com:80          | /
          http://example.com./              | HTTP  | example.com.:80         | /
          http://my_service:3000/x          | HTTP  | my_service:3000         | /x
          http://h/a@b?u=http://c:1/        | HTTP  | h:80                    | /a@b?u=http://c:1/
          http://h/ü?ß                      | HTTP  | h:80                    | /%C3%BC?%C3%9F
          http://h/a/../b//c                | HTTP  | h:80                    | /a/../b//c
          http://127.0.0.1:3001/api/        | HTTP  | 127.0.0.1:3001          | /api/
          http://[::1]:3001/                | HTTP  | [::1]:3001              | /
          https://[2001:DB8::1]             | HTTPS | [2001:db8::1]:443       | /
          http://[fe80::1%25eth0]/          | HTTP  | [fe80::1%eth0]:80       | /
          https://bücher.example/           | HTTPS | xn--bcher-kva.example:443 | /
          https://例え.テスト/               | HTTPS | xn--r8jz45g.xn--zckzah:443 | /
          ws://h/socket                     | WS    | h:80                    | /socket
          wss://h:9443                      | WSS   | h:9443                  | /
          tcp://127.0.0.1:8000              | TCP   | 127.0.0.1:8000          | ''
          tcp://[::1]:8000/                 | TCP   | [::1]:8000              | ''
          tls://mail.example.com:993        | TLS   | mail.example.com:993    | ''
          unix:/run/app.sock                | UNIX  | unix:/run/app.sock      | /
          unix:/run/app.sock:/a?b           | UNIX  | unix:/run/app.sock      | /a?b
          unix:/run/app.sock:               | UNIX  | unix:/run/app.sock      | /
          unix:///run/app.sock              | UNIX  | unix:/run/app.sock      | /
          unix:/run/a:b.sock:/c             | UNIX  | unix:/run/a:b.sock      | /c
          """)
  void targetIsReadAsWritten(String text, String scheme, String endpoint, String path) {
    // Given the text of the row
    // When
    Target target = TargetText.parse(text).value();
    // Then
    assertNotNull(target, text);
    assertEquals(scheme, target.scheme().name());
    assertEquals(endpoint, target.endpoint().text());
    assertEquals(path, target.path());
    assertEquals(text, target.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          example.com                  | must begin with
          file:///etc/passwd           | must begin with
          :                            | must begin with
          http:example.com             | "//"
          http:///path                 | no host
          http://user@h/               | password
          http://user:pass@h/          | password
          http://h:0/                  | 65535
          http://h:65536/              | 65535
          http://h:8a/                 | 65535
          http://h:-1/                 | 65535
          http://::1/                  | brackets
          http://[::1/                 | unclosed
          http://[::g]/                | IPv6
          http://[::1]x/               | unclosed
          http://256.1.1.1/            | IPv4
          http://127.1/                | IPv4
          http://010.0.0.1/            | IPv4
          http://127.0.0.1.1/          | IPv4
          http://0x7f000001/           | IPv4
          http://a..b/                 | not a valid name
          http://a\\b/                 | not a valid name
          http://a%2fb/                | not a valid name
          http://faß.de/               | xn--
          http://h/a b                 | space
          tcp://h                      | needs a port
          tcp://h:1/path               | path
          tls://h:1?x                  | path
          unix:relative.sock           | absolute
          unix://host/run.sock         | absolute
          unix:/                       | absolute
          """)
  void textThatIsNoTargetSaysWhy(String text, String problem) {
    // Given the text of the row
    // When
    Parsed<Target> parsed = TargetText.parse(text);
    // Then
    assertNull(parsed.value(), text);
    assertTrue(String.valueOf(parsed.problem()).contains(problem), parsed.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h/\r\nX: y",
        "http://h/\t",
        "http://h\u0000/",
        "http://h/\u00a0",
        "http://h/\u0085"
      })
  void spacesAndControlCharactersAreRefused(String text) {
    // Given the text of the row
    // When
    Parsed<Target> parsed = TargetText.parse(text);
    // Then
    assertNull(parsed.value());
  }

  @Test
  void lengthsAreBounded() {
    // Given
    String longPath = "http://h/" + "a".repeat(Limits.TARGET_CHARACTERS);
    String longName = "http://" + "a.".repeat(200) + "b/";
    String longLabel = "http://" + "a".repeat(64) + ".b/";
    String longSocket = "unix:/" + "a".repeat(Limits.SOCKET_PATH_BYTES);
    // When
    boolean none =
        Stream.of(longPath, longName, longLabel, longSocket)
            .allMatch(text -> TargetText.parse(text).value() == null);
    // Then
    assertTrue(none);
  }
}
