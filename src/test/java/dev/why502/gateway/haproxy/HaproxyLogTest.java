package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxyLogTest {
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2027-01-01T00:10:00Z"));
  private static final String REQUEST =
      "127.0.0.1:48446 [31/Dec/2026:23:59:45.122] web ok/s1 0/0/0/1/1 200 51 - - ---- 1/1/0/0/0"
          + " 0/0 {shop.example|x y#7Cz} {} \"GET /ok?a=#22b HTTP/1.1\"";

  private final HaproxyLog log =
      new HaproxyLog(Map.of("app/s1", "127.0.0.1:3001", "ok/s1", "127.0.0.1:3002")::get, NOW);

  private LogLine read(String text) {
    LoggedLine line = log.parse(text, ZoneOffset.UTC);
    return line.evidence("gw", "haproxy.log", Instant.EPOCH, true, Tie.NONE);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "app/s1|0/0/-1/-1/3004|503|SC--|CONNECT_FAILED|CONNECTING|0|127.0.0.1:3001",
        "app/<NOSRV>|0/-1/-1/-1/0|503|SC--|NO_LIVE_UPSTREAMS|OTHER|0|app",
        "web/<NOSRV>|-1/-1/-1/-1/0|503|SC--|NO_ROUTE|OTHER|0|",
        "web/<NOSRV>|0/-1/-1/-1/0|503|SC--|NO_LIVE_UPSTREAMS|OTHER|0|web",
        "app/s1|0/0/-1/-1/5001|503|sC--|CONNECT_TIMEOUT|CONNECTING|110|127.0.0.1:3001",
        "app/<NOSRV>|0/802/-1/-1/802|503|sQ--|LIMITED_CONNECTIONS|OTHER|0|",
        "app/s1|0/0/0/-1/1001|504|sH--|RESPONSE_TIMEOUT|READING_HEADER|110|127.0.0.1:3001",
        "app/s1|0/0/0/-1/0|502|SH--|CLOSED_EARLY|READING_HEADER|0|127.0.0.1:3001",
        "app/s1|0/0/0/-1/0|502|PH--|INVALID_RESPONSE|READING_HEADER|0|127.0.0.1:3001",
        "app/s1|0/0/0/0/101|200|SD--|BODY_BROKEN|READING_BODY|0|127.0.0.1:3001",
        "app/s1|0/0/0/0/1001|200|sD--|BODY_BROKEN|READING_BODY|110|127.0.0.1:3001",
        "app/s1|0/0/0/1/1|503|----|ANSWERED|OTHER|0|127.0.0.1:3001",
        "app/s1|0/0/0/1/1|200|--VN|ANSWERED|OTHER|0|127.0.0.1:3001",
        "app/s1|0/0/0/1/9|200|CD--|ANSWERED|READING_BODY|0|127.0.0.1:3001",
        "app/s1|0/0/0/-1/9|0|CH--|OTHER|READING_HEADER|0|127.0.0.1:3001",
        "web/<NOSRV>|0/-1/-1/-1/0|503|LR--|NOT_TRIED|OTHER|0|",
        "web/<NOSRV>|0/-1/-1/-1/0|403|PR--|FORBIDDEN_BY_RULE|OTHER|0|",
        "web/<NOSRV>|0/-1/-1/-1/0|429|PR--|LIMITED_REQUESTS|OTHER|0|",
        "web/<NOSRV>|-1/1/-1/-1/0|500|PT--|FORBIDDEN_BY_RULE|OTHER|0|",
        "web/<STATS>|0/-1/-1/-1/0|200|LR--|NOT_TRIED|OTHER|0|",
        "app/s1|0/0/-1/-1/0|503|PC--|NO_FILES|CONNECTING|0|127.0.0.1:3001",
        "app/s1|0/0/-1/-1/0|503|RC--|NO_LOCAL_PORT|CONNECTING|0|127.0.0.1:3001",
        "other/s9|0/0/0/-1/0|502|SH--|CLOSED_EARLY|READING_HEADER|0|other/s9",
      })
  void terminationStateTellsEventAndStage(
      String server,
      String timers,
      String status,
      String flags,
      Event event,
      Stage stage,
      int errno,
      @Nullable String peer) {
    // Given
    String text =
        "127.0.0.1:5 [31/Dec/2026:23:59:45.122] web~ "
            + server
            + " "
            + timers
            + " "
            + status
            + " 51 - - "
            + flags
            + " 1/1/0/0/3 0/0 \"GET / HTTP/1.1\"";

    // When
    LogLine line = read(text);

    // Then
    assertEquals(event, line.event());
    assertEquals(stage, line.stage());
    assertEquals(errno, line.errno());
    assertEquals(peer, line.peer());
    assertEquals("GET / HTTP/1.1", line.request());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<134>Dec 31 23:59:46 haproxy[27990]: ",
        "Dec 31 23:59:46 web-1 haproxy[27990]: ",
        "2026-12-31T23:59:46.743877+00:00 web-1 haproxy[27990]: ",
        "<134>1 2026-12-31T23:59:46.743877+00:00 - haproxy 28343 - - ",
        "<134>1 2026-12-31T23:59:46Z web-1 haproxy 28343 - [a@1 b=\"c\"] ",
        "<6>",
        "<6>2026-12-31T23:59:46.743877+00:00 ",
        "2026-12-31T23:59:46.743877+00:00 ",
      })
  void everyPrefixIsReadOver(String prefix) {
    // Given
    String text = prefix + REQUEST;

    // When
    LoggedLine line = log.parse(text, ZoneOffset.UTC);

    // Then
    assertEquals(Instant.parse("2026-12-31T23:59:45.122Z"), line.at());
    assertEquals("GET /ok?a=\"b HTTP/1.1", line.request());
    assertEquals(Event.ANSWERED, line.event());
    assertEquals(text, line.evidence("g", "f", Instant.EPOCH, true, Tie.OURS).text());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Server app/s1 is DOWN, reason: Layer7 wrong status, code: 503|PEER_DOWN|app/s1",
        "Backup Server app/s2 is DOWN, reason: Layer4 timeout|PEER_DOWN|app/s2",
        "Server app/s1 is UP, reason: Layer7 check passed, code: 200|PEER_UP|app/s1",
        "Server app/s1 is going DOWN for maintenance. 0 active|PEER_DOWN|app/s1",
        "Server app/s1 is going DOWN for maintenance (DNS NX status). 0 active|PEER_DOWN|app/s1",
        "Server app/s1 is UP/DRAIN (leaving forced maintenance).|PEER_DOWN|app/s1",
        "Server app/s1 remains in forced drain mode.|PEER_DOWN|app/s1",
        "Server app/s1 is UP (leaving forced drain).|PEER_UP|app/s1",
        "Server app/s1 is UP/READY (leaving forced maintenance).|PEER_UP|app/s1",
        "Server app/s1 administratively READY thanks to valid DNS answer.|PEER_UP|app/s1",
        "backend app has no server available!|PEER_DOWN|",
        "Health check for server app/s1 failed, reason: Layer4 timeout, status: 2/3 UP.|PEER_DOWN|",
        "Health check for server app/s1 succeeded, status: 3/3 UP.|OTHER|",
        "Proxy web stopped (cumulated conns: FE: 1, BE: 0).|OTHER|",
        "Proxy web reached process FD limit (maxsock=20).|NO_FILES|",
        "Connect() failed for backend app: no free ports.|NO_LOCAL_PORT|",
      })
  void noticesOfServersLast(String message, Event event, @Nullable String standing) {
    // Given
    String text = "Jan  1 00:09:46 web-1 haproxy[27990]: " + message;

    // When
    LoggedLine line = log.parse(text, ZoneOffset.UTC);

    // Then
    assertEquals(event, line.event());
    assertEquals(standing, line.standing());
    assertEquals(Instant.parse("2027-01-01T00:09:46Z"), line.at());
    // What tells of no failure ends no waiting for the line of a request.
    Tie tie = event == Event.OTHER ? Tie.NONE : Tie.GATEWAY;
    assertEquals(tie, line.tie(facts("h", Set.of("127.0.0.1:1"), null)));
  }

  @Test
  void yearIsTheNearestOne() {
    // Given
    String text = "Dec 31 23:59:59 haproxy[1]: Server app/s1 is DOWN.";

    // When
    Instant at = log.parse(text, ZoneOffset.UTC).at();

    // Then
    assertEquals(Instant.parse("2026-12-31T23:59:59Z"), at);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "Nov 22 18:29:51 web-1 sshd: Server app/s1 is DOWN",
        "127.0.0.1:1 [not a time] web app/s1",
        "127.0.0.1:1 [31/Dec/2026:23:59:45.122]",
        "127.0.0.1:1 [31/Dec/2026:23:59:45.122] web",
        "127.0.0.1:1 [31/Dec/2026:23:59:45.122] web app/s1 1/2/3/4/5 200",
        "127.0.0.1:1 [31/Foo/2026:23:59:45.122] web app/s1 0/0/5 200 -- 1/1/1/1/1 0/0",
        "<",
        "<1>",
        "<999999>x",
        "1 ",
        "<1>1 a b c",
        "[ALERT]",
        "Server ",
        "Server app/s1",
        "Health check for server ",
        "Connect from a to",
        "Connect from a to b",
        "Nov 22 18:29:5",
        "Zzz 99 99:99:99 haproxy[1]: x",
      })
  void whatIsNoLineOfItIsOther(String text) {
    // When
    LoggedLine line = log.parse(text, ZoneOffset.UTC);

    // Then
    assertEquals(Event.OTHER, line.event());
    assertNull(line.standing());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "127.0.0.1:48446, /other, OURS",
    "127.0.0.1:48447, /ok?a=\"b, SAME_ROUTE",
    "127.0.0.1:48447, /else, NONE",
    "[::ffff:127.0.0.1]:48446, /other, OURS",
    ", /ok?a=\"b, OURS",
    ", /else, NONE",
  })
  void clientPortTiesExactly(@Nullable String client, String path, Tie tie) {
    // Given
    LoggedLine line = log.parse(REQUEST, ZoneOffset.UTC);

    // When
    Tie found = line.tie(facts(path, client == null ? Set.of() : Set.of(client), "web"));

    // Then
    assertEquals(tie, found);
  }

  @Test
  void tcpLineHasNoRequest() {
    // Given
    String text = "::1:43442 [31/Dec/2026:23:59:45.122] t app/s1 1/-1/3001 0 sC 2/1/0/0/3 0/0";

    // When
    LoggedLine line = log.parse(text, ZoneOffset.UTC);

    // Then
    assertEquals(Event.CONNECT_TIMEOUT, line.event());
    assertNull(line.request());
    assertEquals(Tie.OURS, line.tie(facts("/", Set.of("[::1]:43442"), null)));
  }

  private static RequestFacts facts(String path, Set<String> clients, @Nullable String server) {
    return new RequestFacts(
        "GET", path, "shop.example", Set.of("127.0.0.1"), clients, null, server);
  }
}
