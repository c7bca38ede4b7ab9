package dev.why502.gateway.nginx;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NginxAccessLogTest {
  private static final String UPSTREAM =
      "$upstream_addr|$upstream_status|$upstream_connect_time|$upstream_header_time"
          + "|$upstream_bytes_received";

  private static LoggedLine read(String format, String line) {
    return requireNonNull(NginxAccessLog.of("escape=default direct " + format))
        .parse(line, ZoneOffset.UTC);
  }

  private static RequestFacts facts(Set<String> clients) {
    return new RequestFacts(
        "GET", "/api/x", "shop.test:8080", Set.of("127.0.0.1"), clients, "/api/", "shop.test");
  }

  private static @Nullable String peer(LoggedLine line) {
    return line.evidence("g", "f", Instant.EPOCH, true, Tie.OURS).peer();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "null",
      value = {
        "503;-|-|-|-|-;NOT_TRIED;null",
        "404;-|-|-|-|-;NOT_TRIED;null",
        "200;-|-|-|-|-;OTHER;null",
        "502;pool|502|-|-|0;NO_LIVE_UPSTREAMS;pool",
        "502;localhost:3000|502|-|-|0;NO_LIVE_UPSTREAMS;localhost:3000",
        "502;127.0.0.1:1|502|-|-|0;CONNECT_FAILED;127.0.0.1:1",
        "502;[::1]:1|502|-|-|0;CONNECT_FAILED;[::1]:1",
        "502;unix:/run/a.sock|502|-|-|0;CONNECT_FAILED;unix:/run/a.sock",
        "504;127.0.0.1:1|504|-|-|0;CONNECT_TIMEOUT;127.0.0.1:1",
        "502;127.0.0.1:1|502|0.001|-|0;CLOSED_EARLY;127.0.0.1:1",
        "504;127.0.0.1:1|504|0.001|-|0;RESPONSE_TIMEOUT;127.0.0.1:1",
        "502;127.0.0.1:1|502|0.001|-|4096;INVALID_RESPONSE;127.0.0.1:1",
        "504;127.0.0.1:1|504|0.001|-|17;RESPONSE_TIMEOUT;127.0.0.1:1",
        "502;127.0.0.1:1|502|0.000|0.002|180;ANSWERED;127.0.0.1:1",
        "503;127.0.0.1:1|503|0.000|0.002|180;ANSWERED;127.0.0.1:1",
        "200;127.0.0.1:1|200|0.000|0.002|180;ANSWERED;127.0.0.1:1",
        "200;127.0.0.1:1, 127.0.0.2:1|502, 200|-, 0.000|-, 0.002|0, 180;ANSWERED;127.0.0.2:1",
        "502;127.0.0.2:1, 127.0.0.1:1|502, 502|0.000, -|-, -|0, 0;CONNECT_FAILED;127.0.0.1:1",
        "502;127.0.0.2:1, pool|502, 502|0.000, -|-, -|0, 0;NO_LIVE_UPSTREAMS;pool",
        "200;127.0.0.1:1 : 127.0.0.2:1|502 : 200|- : 0.000|- : 0.1|0 : 9;ANSWERED;127.0.0.2:1",
        "499;127.0.0.1:1|499|0.000|-|0;OTHER;127.0.0.1:1",
        "500;127.0.0.1:1|-|-|-|0;OTHER;127.0.0.1:1",
        "009;127.0.0.1:1|009|0.000|0.001|22;INVALID_RESPONSE;127.0.0.1:1",
        "502;127.0.0.1:1, 127.0.0.2:1|502|-|-|0;OTHER;127.0.0.2:1",
      })
  void upstreamVariablesTellWhatBecameOfARequest(
      String status, String upstream, Event event, @Nullable String peer) {
    // When
    LoggedLine line = read("$status|" + UPSTREAM, status + "|" + upstream);

    // Then
    assertEquals(event, line.event());
    assertEquals(peer, peer(line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "$upstream_addr $status;127.0.0.1:1 502;OTHER",
        "$upstream_addr $status;127.0.0.1:1 500;ANSWERED",
        "$upstream_addr $status;pool 502;NO_LIVE_UPSTREAMS",
        "$upstream_addr $status;- 503;NOT_TRIED",
        "$upstream_status $status;502 502;OTHER",
        "$upstream_status $status;- 503;NOT_TRIED",
        "$upstream_status $status;- 500;OTHER",
        "$upstream_status $upstream_header_time;502 0.001;ANSWERED",
        "$upstream_status $upstream_header_time;502 -;OTHER",
        "$upstream_status $upstream_connect_time;502 -;CONNECT_FAILED",
        "$upstream_status $upstream_connect_time;502 0.001;OTHER",
        "$upstream_addr $status $upstream_cache_status;- 503 HIT;OTHER",
        "$upstream_addr $status $upstream_cache_status;- 503 -;NOT_TRIED",
      })
  void fewerVariablesTellLess(String format, String text, Event event) {
    // When
    LoggedLine line = read(format, text);

    // Then
    assertEquals(event, line.event());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status",
        "$upstream_addr$upstream_status",
        "$ $upstream_addr",
        "${upstream_addr",
        "$upstream_addr\n$status",
      })
  void formatsThatTellNothingHaveNoGrammar(String format) {
    // Then
    assertNull(NginxAccessLog.of("escape=default direct " + format));
    assertNull(NginxAccessLog.of(format));
  }

  @Test
  void commonFormatIsRead() {
    // Given
    String format =
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " \"$http_referer\" \"$http_user_agent\" $host ua=$upstream_addr us=$upstream_status"
            + " uct=${upstream_connect_time} uht=$upstream_header_time";
    String text =
        "127.0.0.1 - - [22/Nov/2026:18:29:45 +0100] \"GET /api/x HTTP/1.1\" 502 157 \"-\""
            + " \"curl \\x22 ua=9.9.9.9:9 us=200\" shop.test ua=127.0.0.1:3001 us=502 uct=- uht=-";

    // When
    LoggedLine line = read(format, text);

    // Then
    assertEquals(Event.CONNECT_FAILED, line.event());
    assertEquals("127.0.0.1:3001", peer(line));
    assertEquals("GET /api/x HTTP/1.1", line.request());
    assertEquals("shop.test", line.host());
    assertEquals(Instant.parse("2026-11-22T17:29:45Z"), line.at());
    assertEquals(Tie.OURS, line.tie(facts(Set.of())));
    assertTrue(line.failure());
  }

  @Test
  void jsonFormatIsRead() {
    // Given
    String format =
        "escape=json direct {\"at\":\"$msec\",\"client\":\"$remote_addr:$remote_port\","
            + "\"method\":\"$request_method\",\"uri\":\"$request_uri\",\"host\":\"$http_host\","
            + "\"agent\":\"$http_user_agent\",\"auth\":\"$http_authorization\","
            + "\"upstream\":{\"addr\":\"$upstream_addr\",\"status\":\"$upstream_status\","
            + "\"header\":\"$upstream_header_time\"},\"status\":$status}";
    String text =
        "{\"at\":\"1763834000.250\",\"client\":\"127.0.0.1:4321\",\"method\":\"GET\","
            + "\"uri\":\"/api/x\",\"host\":\"shop.test:8080\","
            + "\"agent\":\"a\\\",\\\"upstream\\\":{\\\"addr\\\":\\\"9.9.9.9:9\\\"\",\"auth\":"
            + "\"Basic YTpi\","
            + "\"upstream\":{\"addr\":\"127.0.0.1:3002\",\"status\":\"502\","
            + "\"header\":\"0.003\"},\"status\":502}";

    // When
    LoggedLine line = requireNonNull(NginxAccessLog.of(format)).parse(text, ZoneOffset.UTC);

    // Then
    assertEquals(Event.ANSWERED, line.event());
    assertEquals("127.0.0.1:3002", peer(line));
    assertEquals(Instant.parse("2025-11-22T17:53:20.250Z"), line.at());
    assertEquals(Tie.OURS, line.tie(facts(Set.of("127.0.0.1:4321"))));
    assertEquals(Tie.NONE, line.tie(facts(Set.of("127.0.0.1:4322"))));
    String shown = line.evidence("g", "f", Instant.EPOCH, true, Tie.OURS).text();
    assertTrue(shown.contains("\"auth\":\"***\""), shown);
    assertNull(
        requireNonNull(NginxAccessLog.of(format))
            .parse(text.substring(0, 90), ZoneOffset.UTC)
            .at());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Unquoted, a header may hold what looks like the fields behind it.
        "$http_x $upstream_addr $upstream_status $http_y;a 127.0.0.1:1 502 b;CONNECT",
        "$http_x $upstream_addr $upstream_status $http_y;a 9.9.9.9:9 502 127.0.0.1:1 502 b;UNREAD",
        "$upstream_addr: $request $status;127.0.0.1:1, 127.0.0.2:2: GET / HTTP/1.1 500;ANSWERED",
        "$upstream_addr $status;127.0.0.1:1 502 more;UNREAD",
        "$upstream_addr $status;127.0.0.1:1;UNREAD",
      })
  void linesThatCanBeReadInTwoWaysAreNotRead(String format, String text, String how) {
    // When
    LoggedLine line = read("$msec " + format, "1763834000.250 " + text);

    // Then
    assertEquals(how.equals("UNREAD"), line.at() == null);
    assertEquals(how.equals("ANSWERED") ? Event.ANSWERED : Event.OTHER, line.event());
  }

  @Test
  void hostileLinesAreLeftSoon() {
    // Given
    String format = "$http_a $http_b $http_c $http_d $upstream_addr $upstream_status";
    String text = "x ".repeat(8000);

    // When
    long before = System.nanoTime();
    LoggedLine line = read(format, text);

    // Then
    assertNull(line.at());
    assertTrue(System.nanoTime() - before < 2_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "direct, shop.test, 127.0.0.1, /api/x, 502, OURS",
    "direct, SHOP.test, 127.0.0.1, /api/x, 502, OURS",
    "direct, shop.test, 203.0.113.4, /api/x, 502, SAME_ROUTE",
    "direct, shop.test, 127.0.0.1, /api/y, 502, SAME_ROUTE",
    "direct, shop.test, 127.0.0.1, /z, 502, NONE",
    "direct, other.test, 127.0.0.1, /api/x, 502, NONE",
    "direct, shop.test, 127.0.0.1, /api/x, 200, NONE",
    "direct, shop.test, 127.0.0.1, /api/x, 404, NONE",
    "buffered, shop.test, 127.0.0.1, /api/x, 502, SAME_ROUTE",
  })
  void lineBelongsToARequestByAllThatItNames(
      String buffering, String host, String client, String path, int status, Tie tie) {
    // Given
    NginxAccessLog log =
        assertNotNullLog(
            "escape=default "
                + buffering
                + " $remote_addr $host \"$request\" "
                + "$upstream_addr $upstream_status");

    // When
    LoggedLine line =
        log.parse(
            client + " " + host + " \"GET " + path + " HTTP/1.1\" 127.0.0.1:1 " + status,
            ZoneOffset.UTC);

    // Then
    assertEquals(tie, line.tie(facts(Set.of())));
  }

  @Test
  void withoutTheSitesNameALineMayBeAnotherSites() {
    // When
    LoggedLine line =
        read(
            "$remote_addr \"$request\" $upstream_addr $upstream_status",
            "127.0.0.1 \"GET /api/x HTTP/1.1\" 127.0.0.1:1 502");

    // Then
    assertEquals(Tie.NONE, line.tie(facts(Set.of())));
    assertEquals(Tie.NONE, line.tie(facts(Set.of("127.0.0.1:4321"))));
  }

  private static NginxAccessLog assertNotNullLog(String format) {
    NginxAccessLog log = NginxAccessLog.of(format);
    assertNotNull(log);
    return log;
  }
}
