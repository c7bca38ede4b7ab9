package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.gateway.LogWatch;
import dev.why502.gateway.LogWatch.LogFile;
import dev.why502.gateway.RequestFacts;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log of errors beside one of requests: what the former says, or does not say, stands. */
@Timeout(20)
class NginxTwoLogsTest {
  private static final String FORMAT =
      "escape=default direct $remote_addr $host \"$request\" $upstream_addr $upstream_status"
          + " c=$upstream_connect_time h=$upstream_header_time";
  private static final String REQUEST = "127.0.0.1 shop.test \"GET /a HTTP/1.1\" ";
  private static final String REFUSED =
      "2026/11/22 18:29:45 [error] 1#1: *1 connect() failed (111: Connection refused) while"
          + " connecting to upstream, client: 127.0.0.1, server: shop.test, request: \"GET /a"
          + " HTTP/1.1\", upstream: \"http://127.0.0.1:1/a\", host: \"shop.test\"\n";

  @TempDir Path directory;

  @Test
  void errorLogIsSilentThoughTheRequestIsLogged() throws Exception {
    // When
    List<String> said = said("", REQUEST + "127.0.0.1:1 502 c=0.000 h=0.001\n", true);

    // Then
    assertEquals(List.of("ANSWERED", "error.log silent"), said);
  }

  @Test
  void errorLogSaysBetterHowAnAttemptFailed() throws Exception {
    // When
    List<String> said = said(REFUSED, REQUEST + "127.0.0.1:1 502 c=- h=-\n", true);

    // Then
    assertEquals(List.of("REFUSED", "error.log"), said);
  }

  @Test
  void otherPeerOfTheSameRequestIsNews() throws Exception {
    // When
    List<String> said =
        said(REFUSED, REQUEST + "127.0.0.1:1, 127.0.0.1:2 502, 502 c=-, 0.000 h=-, 0.001\n", true);

    // Then
    assertEquals(List.of("REFUSED", "ANSWERED", "error.log"), said);
  }

  @Test
  void logOfRequestsAloneIsNeverSilent() throws Exception {
    // When
    List<String> said = said("", "", false);

    // Then
    assertEquals(List.of("requests.log"), said);
  }

  /** Events of the lines, then each log that is named. */
  private List<String> said(String errors, String requests, boolean both) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Path errorLog = Files.writeString(directory.resolve("error.log"), "");
      Path requestLog = Files.writeString(directory.resolve("requests.log"), "");
      List<LogFile> files = new ArrayList<>();
      if (both) {
        files.add(new LogFile(errorLog, new NginxErrorLogGrammar()));
      }
      files.add(new LogFile(requestLog, Objects.requireNonNull(NginxAccessLog.of(FORMAT))));
      LogWatch watch =
          new LogWatch(
              vertx,
              new Gateway("front", Gateway.Kind.NGINX, null, null, null, null),
              files,
              ZoneOffset.UTC,
              InstantSource.system());
      LogWatch.Session session = watch.begin().await(5, TimeUnit.SECONDS);
      Files.writeString(errorLog, errors, StandardOpenOption.APPEND);
      Files.writeString(requestLog, requests, StandardOpenOption.APPEND);
      RequestFacts facts =
          new RequestFacts(
              "GET", "/a", "shop.test", Set.of("127.0.0.1"), Set.of(), "/", "shop.test");
      List<Evidence> evidence = watch.collect(session, facts, 100).await(5, TimeUnit.SECONDS);
      watch.close().await(5, TimeUnit.SECONDS);
      return Stream.concat(
              evidence.stream()
                  .filter(LogLine.class::isInstance)
                  .map(line -> ((LogLine) line).event().name()),
              evidence.stream()
                  .filter(LogAccess.class::isInstance)
                  .map(LogAccess.class::cast)
                  .map(log -> Path.of(log.file()).getFileName() + (log.silent() ? " silent" : "")))
          .toList();
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }
}
