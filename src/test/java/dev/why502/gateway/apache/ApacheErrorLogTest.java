package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class ApacheErrorLogTest {
  private static final String HEAD =
      "[Sun Nov 22 18:31:07.693934 2026] [proxy:error] [pid 4711:tid 4715] ";
  private static final String OURS = "[client 127.0.0.1:43800] ";
  private static final RequestFacts FACTS =
      new RequestFacts(
          "GET",
          "/api/x?y=1",
          "shop.test",
          Set.of("127.0.0.1"),
          Set.of("127.0.0.1:43800"),
          "/api",
          "shop.test");
  private final ApacheErrorLog grammar = new ApacheErrorLog();

  private ApacheErrorLogLine read(String text) {
    return ApacheErrorLog.read(text, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:3001"
            + " (127.0.0.1:3001) failed|REFUSED|CONNECTING|127.0.0.1:3001",
        "(110)Connection timed out: AH00957: http: attempt to connect to 10.0.0.1:80 (app:80)"
            + " failed|CONNECT_TIMEOUT|CONNECTING|10.0.0.1:80",
        "(70007)The timeout specified has expired: AH00957: http: attempt to connect to"
            + " 10.0.0.1:80 (app:80) failed|CONNECT_TIMEOUT|CONNECTING|10.0.0.1:80",
        "(113)No route to host: AH00957: HTTPS: attempt to connect to [::1]:80 (app:80)"
            + " failed|UNREACHABLE|CONNECTING|[::1]:80",
        "(2)No such file or directory: AH02454: http: attempt to connect to Unix domain socket"
            + " /run/app.sock (u:80) failed|SOCKET_MISSING|CONNECTING|unix:/run/app.sock",
        "(13)Permission denied: AH02454: FCGI: attempt to connect to Unix domain socket"
            + " /run/app.sock (u:80) failed|CONNECT_FORBIDDEN|CONNECTING|unix:/run/app.sock",
        "(111)Connection refused: AH02454: http: attempt to connect to Unix domain socket"
            + " /run/app.sock (u:80) failed|REFUSED|CONNECTING|unix:/run/app.sock",
        "[client 127.0.0.1:43800] AH01114: HTTP: failed to make connection to backend:"
            + " 127.0.0.1|CONNECT_FAILED|CONNECTING|",
        "AH00959: ap_proxy_connect_backend disabling worker for (127.0.0.1:3001) for"
            + " 3s|PEER_DOWN|CONNECTING|127.0.0.1:3001",
        "[client 127.0.0.1:1] AH01170: balancer://app: All workers are in error"
            + " state|NO_LIVE_UPSTREAMS|CONNECTING|balancer://app",
        "(70007)The timeout specified has expired: [client 127.0.0.1:1] AH01102: error reading"
            + " status line from remote server 127.0.0.1:3001|RESPONSE_TIMEOUT|READING_HEADER|127.0.0.1:3001",
        "(20014)Internal error (specific information not available): [client 127.0.0.1:1]"
            + " AH01102: error reading status line from remote server"
            + " 127.0.0.1:3001|CLOSED_EARLY|READING_HEADER|127.0.0.1:3001",
        "(104)Connection reset by peer: [client 127.0.0.1:1] AH01102: error reading status line"
            + " from remote server 127.0.0.1:3001|CLOSED_EARLY|READING_HEADER|127.0.0.1:3001",
        "(22)Invalid argument: [client 127.0.0.1:1] AH01102: error reading status line from"
            + " remote server 127.0.0.1:3001, referer: http://x/|INVALID_RESPONSE|READING_HEADER|127.0.0.1:3001",
        "[client 127.0.0.1:1] AH00898: DNS lookup failure for: app.internal returned by"
            + " /x|NOT_RESOLVED|RESOLVING|",
        "[client 127.0.0.1:1] AH00898: Error during SSL Handshake with remote server returned by"
            + " /x|CONNECT_FAILED|HANDSHAKING|",
        "[client 127.0.0.1:1] AH00898: Error reading from remote server returned by"
            + " /x|OTHER|READING_HEADER|",
        "[remote 127.0.0.1:8443] AH02039: Certificate Verification: Error (18): self-signed"
            + " certificate|TLS_UNTRUSTED|HANDSHAKING|127.0.0.1:8443",
        "[remote 127.0.0.1:8443] AH02411: SSL Proxy: Peer certificate does not match for hostname"
            + " a|TLS_NAME_MISMATCH|HANDSHAKING|127.0.0.1:8443",
        "(20014)Internal error (specific information not available): [client 127.0.0.1:1]"
            + " AH01084: pass request body failed to 127.0.0.1:8443"
            + " (127.0.0.1)|CONNECT_FAILED|HANDSHAKING|127.0.0.1:8443",
        "(28)No space left on device: [client 127.0.0.1:1] AH10124: header size is over the limit"
            + " allowed by ResponseFieldSize (8192 bytes).|HEADER_TOO_BIG|READING_HEADER|",
        "(22)Invalid argument: [client 127.0.0.1:1] AH10404: Error reading headers from"
            + " backend|INVALID_RESPONSE|READING_HEADER|",
        "(70014)End of file found: [client 127.0.0.1:1] AH10404: Error reading headers from"
            + " backend|CLOSED_EARLY|READING_HEADER|",
        "[client 127.0.0.1:1] AH02429: Response header name 'X Bad' contains invalid"
            + " characters|INVALID_RESPONSE|READING_HEADER|",
        "(70008)Partial results are valid but processing is incomplete: [client 127.0.0.1:1]"
            + " AH01110: error reading response|BODY_BROKEN|READING_BODY|",
        "[client 127.0.0.1:1] AH01144: No protocol handler was valid for the URL /x (scheme"
            + " 'ftp').|NOT_TRIED|OTHER|",
        "AH00484: server reached MaxRequestWorkers setting, consider raising"
            + " it|NO_WORKER_CONNECTIONS|OTHER|",
        "[client 127.0.0.1:1] AH01630: client denied by server configuration:"
            + " proxy:http://a/|FORBIDDEN_BY_RULE|OTHER|",
        "[client 127.0.0.1:1] AH01617: user u: authentication failure for \"/x\": Password"
            + " Mismatch|AUTHENTICATION|OTHER|",
        "[client 127.0.0.1:1] AH00124: Request exceeded the limit of 10 internal"
            + " redirects|REDIRECT_CYCLE|OTHER|",
        "[client 127.0.0.1:1] AH99999: anything|OTHER|OTHER|",
      })
  void codesTellWhatHappened(String rest, Event event, Stage stage, String peer) {
    // Given
    String text = HEAD + rest;

    // When
    ApacheErrorLogLine line = read(text);

    // Then
    assertEquals(event, line.event());
    assertEquals(stage, line.stage());
    assertEquals(peer, line.peer());
    assertEquals("4711:4715", line.thread());
    assertEquals(Instant.parse("2026-11-22T18:31:07.693934Z"), line.at());
  }

  @Test
  void otherFormsOfTheStampAreRead() {
    // Given
    String old = "[Mon Nov  2 08:01:07 2026] [error] [pid 12] [client ::1:443] x";

    // When
    ApacheErrorLogLine line = read(old);

    // Then
    assertEquals(Instant.parse("2026-11-02T08:01:07Z"), line.at());
    assertEquals("error", line.level());
    assertEquals("::1:443", line.client());
    assertNull(read("[warn] AH00957: something").at());
    assertNull(read("PHP Warning:  x in /y on line 3").at());
  }

  @Test
  void linesWithoutClientBelongToTheOneAfterThemOfTheSameThread() {
    // Given
    String refused =
        "(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:3001"
            + " (127.0.0.1:3001) failed";
    String failed = "AH01114: HTTP: failed to make connection to backend: 127.0.0.1";
    String other = HEAD.replace("4715", "4716");
    List<LoggedLine> lines =
        List.<LoggedLine>of(
            read(HEAD + refused),
            read(other + refused),
            read(HEAD + OURS + failed),
            read(other + "[client 127.0.0.1:9] " + failed),
            read(HEAD + refused));

    // When
    List<Tie> ties = grammar.ties(lines, FACTS);

    // Then
    assertEquals(List.of(Tie.OURS, Tie.NONE, Tie.OURS, Tie.NONE, Tie.NONE), ties);
  }

  @Test
  void pathTellsWhereThePortIsNotKnown() {
    // Given
    RequestFacts vague =
        new RequestFacts("GET", "/api/x", "shop.test", Set.of("127.0.0.1"), Set.of(), "/api", null);
    String line = HEAD + OURS + "AH00898: Error reading from remote server returned by ";

    // When
    Tie ours = read(line + "/api/x").tie(vague);
    Tie route = read(line + "/api/y").tie(vague);
    Tie other = read(line + "/z").tie(vague);
    Tie gateway = read(HEAD + "AH00484: server reached MaxRequestWorkers").tie(vague);

    // Then
    assertEquals(Tie.OURS, ours);
    assertEquals(Tie.SAME_ROUTE, route);
    assertEquals(Tie.NONE, other);
    assertEquals(Tie.GATEWAY, gateway);
  }

  @Test
  void wordsFromOutsideAreNoFields() {
    // Given
    String hostile =
        HEAD
            + OURS
            + "AH01630: client denied by server configuration: proxy:http://a/"
            + "[client 10.0.0.1:1] AH00957: http: attempt to connect to 1.2.3.4:5 (x) failed";

    // When
    ApacheErrorLogLine line = read(hostile);

    // Then
    assertEquals(Event.FORBIDDEN_BY_RULE, line.event());
    assertEquals("127.0.0.1:43800", line.client());
    assertNull(line.peer());
  }
}
