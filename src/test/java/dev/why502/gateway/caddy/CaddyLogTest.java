package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaddyLogTest {
  private static final String ERROR =
      "{\"level\":\"error\",\"ts\":1763834000.25,\"logger\":\"http.log.error\",\"msg\":\"MSG\","
          + "\"request\":{\"remote_ip\":\"127.0.0.1\",\"remote_port\":\"4321\",\"proto\":\"HTTP/1.1\","
          + "\"method\":\"GET\",\"host\":\"x.example\",\"uri\":\"/a?b\"},\"duration\":0.1,\"status\":502}";

  private static LoggedLine parse(String text) {
    return new CaddyLog().parse(text, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dial tcp 10.0.0.1:80: i/o timeout                                         | CONNECT_TIMEOUT
          dial tcp 10.0.0.1:80: connect: no route to host                           | UNREACHABLE
          dial tcp 10.0.0.1:80: connect: network is unreachable                     | UNREACHABLE
          dial tcp 10.0.0.1:80: connect: permission denied                          | CONNECT_FORBIDDEN
          dial unix /run/a.sock: connect: permission denied                         | CONNECT_FORBIDDEN
          dial unix /run/a.sock: connect: resource temporarily unavailable          | BACKLOG_FULL
          dial tcp 10.0.0.1:80: connect: cannot assign requested address            | NO_LOCAL_PORT
          dial tcp 10.0.0.1:80: socket: too many open files                         | NO_FILES
          dial tcp: lookup app on 127.0.0.1:53: server misbehaving                  | NOT_RESOLVED
          dial tcp: lookup app: i/o timeout                                         | NOT_RESOLVED
          x509: certificate signed by unknown authority                             | TLS_UNTRUSTED
          tls: failed to verify certificate: x509: certificate has expired or is not yet valid: x | TLS_UNTRUSTED
          tls: failed to verify certificate: x509: certificate is valid for a, not b | TLS_NAME_MISMATCH
          remote error: tls: handshake failure                                      | TLS_ALERT
          http: server gave HTTP response to HTTPS client                           | TLS_WRONG_VERSION
          net/http: TLS handshake timeout                                           | TLS_OTHER
          http: server closed idle connection                                       | CLOSED_EARLY
          write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe                    | CLOSED_EARLY
          dialing backend: dial tcp 127.0.0.1:9000: connect: connection refused     | REFUSED
          making dial info: upstream {x}: invalid dial address                      | OTHER
          something that mentions connection refused and goes on                    | OTHER
          """)
  void messageIsClassified(String message, Event event) {
    // When
    LoggedLine line = parse(ERROR.replace("MSG", message));

    // Then
    assertEquals(event, line.event());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1763834000.25                  | 2025-11-22T17:53:20.250Z
          1763834000250.5                | 2025-11-22T17:53:20.250500Z
          1763834000250000000            | 2025-11-22T17:53:20.250Z
          "2025-11-22T17:53:20Z"         | 2025-11-22T17:53:20Z
          "2025-11-22T18:53:20.5+01:00"  | 2025-11-22T17:53:20.500Z
          "2025-11-22T18:53:20.500+0100" | 2025-11-22T17:53:20.500Z
          "2025/11/22 17:53:20"          | 2025-11-22T17:53:20Z
          "2025/11/22 17:53:20.123"      | 2025-11-22T17:53:20.123Z
          "22/Nov/2025:18:53:20 +0100"   | 2025-11-22T17:53:20Z
          "yesterday, about noon"        |
          """)
  void timeIsRead(String written, Instant at) {
    // When
    LoggedLine line = parse(ERROR.replace("1763834000.25", written));

    // Then
    assertEquals(at, line.at());
  }

  @ParameterizedTest
  @CsvSource({
    "x.example, /a?b, 127.0.0.1:4321, OURS",
    "x.example, /a?b, 127.0.0.1:9999, SAME_ROUTE",
    "x.example, /a?b, '',             OURS",
    "x.example, /a?c, '',             SAME_ROUTE",
    "x.example, /z,   '',             NONE",
    "y.example, /a?b, '',             NONE",
  })
  void clientDecidesWhoseLineItIs(String host, String path, String client, Tie tie) {
    // Given
    Set<String> clients = client.isEmpty() ? Set.of() : Set.of(client);
    RequestFacts facts =
        new RequestFacts("GET", path, host, Set.of("127.0.0.1"), clients, null, null);

    // When
    Tie found = parse(ERROR).tie(facts);

    // Then
    assertEquals(tie, found);
  }

  @Test
  void consoleFormatIsReadToo() {
    // Given
    String text =
        "2025/11/22 17:53:20.123\t\u001b[31mERROR\u001b[0m\thttp.log.error\t"
            + "dial tcp 127.0.0.1:1: connect: connection refused\t"
            + "{\"request\": {\"remote_ip\": \"127.0.0.1\", \"remote_port\": \"4321\","
            + " \"method\": \"GET\", \"host\": \"x.example\", \"uri\": \"/a\"}, \"status\": 502}";

    // When
    LoggedLine line = parse(text);

    // Then
    assertEquals(Event.REFUSED, line.event());
    assertEquals("GET /a HTTP/1.1", line.request());
    assertEquals(Instant.parse("2025-11-22T17:53:20.123Z"), line.at());
  }

  @Test
  void cutLineKeepsWhatStandsBeforeTheCut() {
    // Given
    String message = "dial tcp 127.0.0.1:1: connect: connection refused";
    String text = ERROR.replace("MSG", message).split(",\"duration\"", 2)[0];

    // When
    LoggedLine line = parse(text);

    // Then
    assertEquals(Event.REFUSED, line.event());
    assertEquals("x.example", line.host());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "Server":["Caddy"]                                | OTHER
          "Server":["Caddy","app/1"]                        | ANSWERED
          "Server":["Caddy"],"Via":["1.1 Caddy"]            | ANSWERED
          """)
  void accessLineTellsWhoAnsweredWhereItCan(String headers, Event event) {
    // Given
    String text =
        "{\"level\":\"info\",\"ts\":1763834000.2,\"logger\":\"http.log.access.log0\","
            + "\"msg\":\"handled request\",\"request\":{\"method\":\"GET\",\"host\":\"h\","
            + "\"uri\":\"/\"},\"status\":200,\"resp_headers\":{"
            + headers
            + "}}";

    // When
    LoggedLine line = parse(text);

    // Then
    assertEquals(event, line.event());
  }

  @ParameterizedTest
  @CsvSource({"'',", "'no log at all',", "'{',", "'{\"msg\":\"EOF\"}',", "'[1,2]',"})
  void foreignLineIsNoLineOfThisLog(String text, String nothing) {
    // When
    LoggedLine line = parse(text);

    // Then
    assertNull(line.at());
    assertEquals(Event.OTHER, line.event());
    assertNull(nothing);
  }

  @Test
  void refusedReloadConcernsTheWholeGateway() {
    // Given
    String text =
        "{\"level\":\"error\",\"ts\":1763834000.2,\"logger\":\"admin.api\",\"msg\":\"request error\","
            + "\"error\":\"loading config: loading new config: http app module: start: x\","
            + "\"status_code\":400}";
    RequestFacts facts = new RequestFacts("GET", "/", "h", Set.of(), Set.of(), null, null);

    // When
    LoggedLine line = parse(text);

    // Then
    assertEquals(Event.CONFIG_REFUSED, line.event());
    assertEquals(Tie.GATEWAY, line.tie(facts));
  }
}
