package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.ConfigFiles.AccessLog;
import dev.why502.gateway.LoggedLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real nginx writes of requests, in formats that its own configuration defines. */
@Timeout(30)
class NginxAccessLogLiveTest {
  private static final String FORMATS =
      """
      log_format plain '$remote_addr - $remote_user [$time_local] "$request" $status '
                       '"$http_user_agent" $host a=$upstream_addr s=$upstream_status '
                       'c=$upstream_connect_time h=$upstream_header_time '
                       'r=$upstream_bytes_received';
      log_format json escape=json '{"at":"$time_iso8601","from":"$remote_addr:$remote_port",'
                       '"request":"$request","status":$status,"host":"$http_host",'
                       '"agent":"$http_user_agent","peer":"$upstream_addr",'
                       '"upstream":"$upstream_status","connect":"$upstream_connect_time",'
                       '"header":"$upstream_header_time","got":"$upstream_bytes_received"}';
      log_format silent '$remote_addr "$request" $status';
      """;

  private static final String LOGS =
      """
      access_log DIR/plain.log plain;
      access_log DIR/json.log json;
      access_log DIR/late.log plain buffer=4k flush=1s;
      access_log DIR/packed.log plain gzip;
      access_log DIR/silent.log silent;
      access_log DIR/own.log;
      access_log DIR/$host.log plain;
      access_log syslog:server=127.0.0.1:9 plain;
      """;

  /** A location and what its line comes to. */
  private record Made(String path, String location, Event event, @Nullable String peer) {}

  private static final List<Made> ALL =
      List.of(
          new Made("/well", "proxy_pass http://127.0.0.1:SERVICE;", Event.ANSWERED, "SERVICE"),
          new Made("/relayed", "proxy_pass http://127.0.0.1:SERVICE;", Event.ANSWERED, "SERVICE"),
          new Made("/refused", "proxy_pass http://127.0.0.1:DEAD;", Event.CONNECT_FAILED, "DEAD"),
          new Made(
              "/tls", "proxy_pass https://127.0.0.1:SERVICE;", Event.CONNECT_FAILED, "SERVICE"),
          new Made(
              "/hung",
              "proxy_read_timeout 200ms; proxy_pass http://127.0.0.1:SERVICE;",
              Event.RESPONSE_TIMEOUT,
              "SERVICE"),
          new Made("/close", "proxy_pass http://127.0.0.1:SERVICE;", Event.CLOSED_EARLY, "SERVICE"),
          new Made(
              "/big", "proxy_pass http://127.0.0.1:SERVICE;", Event.INVALID_RESPONSE, "SERVICE"),
          new Made("/pool", "proxy_pass http://pool;", Event.NO_LIVE_UPSTREAMS, null),
          new Made("/closed", "return 503;", Event.NOT_TRIED, null),
          new Made("/denied", "deny all;", Event.NOT_TRIED, null),
          new Made("/static", "return 200 well;", Event.OTHER, null));

  @TempDir Path directory;

  @Test
  void realNginxsLinesAreUnderstood() throws Exception {
    // Given
    int dead = NginxErrorLogLive.freePort();
    try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread serving = new Thread(() -> serve(service));
      serving.setDaemon(true);
      serving.start();
      StringBuilder servers =
          new StringBuilder(FORMATS)
              .append("upstream pool { server 127.0.0.1:DEAD max_conns=0; server 127.0.0.1:DEAD; }")
              .append("server { listen 127.0.0.1:PORT; server_name shop.test;\n")
              .append(LOGS);
      ALL.forEach(
          made ->
              servers
                  .append("location = ")
                  .append(made.path())
                  .append(" { ")
                  .append(made.location())
                  .append(" }\n"));
      String text =
          servers
              .append("}")
              .toString()
              .replace("DIR", directory.toString())
              .replace("SERVICE", Integer.toString(service.getLocalPort()))
              .replace("DEAD", Integer.toString(dead));

      // When
      try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", text)) {
        List<AccessLog> logs =
            NginxSettings.of(NginxConfig.read(nginx.config.toString())).accessLogs();
        nginx.get("shop.test", "/pool");
        for (Made made : ALL) {
          nginx.get("shop.test", made.path());
        }

        // Then
        assertEquals(
            List.of("plain.log", "json.log", "late.log", "silent.log", "own.log"),
            logs.stream().map(log -> Path.of(log.path()).getFileName().toString()).toList());
        assertEquals("", logs.get(4).format());
        assertEquals(null, NginxAccessLog.of(logs.get(3).format()));
        for (AccessLog log : logs.subList(0, 2)) {
          understood(log, service.getLocalPort(), dead);
        }
      }
    }
  }

  private static void understood(AccessLog log, int service, int dead) throws IOException {
    NginxAccessLog grammar = Objects.requireNonNull(NginxAccessLog.of(log.format()));
    Path file = Path.of(log.path());
    NginxErrorLogLive.waitFor(() -> lines(file).size() > ALL.size(), "all lines are there");
    List<String> lines = lines(file);
    for (int i = 0; i < ALL.size(); i++) {
      Made made = ALL.get(i);
      String text = lines.get(i + 1);
      LoggedLine line = grammar.parse(text, ZoneId.systemDefault());
      assertEquals(made.event(), line.event(), text);
      assertEquals("GET " + made.path() + " HTTP/1.1", line.request());
      assertEquals("shop.test", line.host());
      assertTrue(
          Math.abs(Files.getLastModifiedTime(file).toMillis() - millis(line)) < 20_000, text);
      String port =
          made.peer() == null ? null : made.peer().equals("DEAD") ? "" + dead : "" + service;
      if (port != null) {
        assertEquals(
            "127.0.0.1:" + port, line.evidence("g", "f", Instant.EPOCH, true, Tie.OURS).peer());
      }
    }
  }

  private static long millis(LoggedLine line) {
    return Objects.requireNonNull(line.at()).toEpochMilli();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void serve(ServerSocket service) {
    while (!service.isClosed()) {
      try {
        Socket socket = service.accept();
        Thread one = new Thread(() -> answer(socket));
        one.setDaemon(true);
        one.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      byte[] bytes = new byte[4096];
      int count = socket.getInputStream().read(bytes);
      String head = count <= 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
      String rest =
          head.startsWith("GET /hung")
              ? "wait"
              : head.startsWith("GET /relayed")
                  ? "502 Bad Gateway\r\n"
                  : head.startsWith("GET /well")
                      ? "200 OK\r\n"
                      : head.startsWith("GET /big")
                          ? "200 OK\r\nX-Big: " + "x".repeat(9000) + "\r\n"
                          : head.startsWith("GET /close") ? "" : "400 Bad Request\r\n";
      if (rest.equals("wait")) {
        socket.getInputStream().read();
      } else if (!rest.isEmpty()) {
        socket
            .getOutputStream()
            .write(
                ("HTTP/1.1 " + rest + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // nginx went away.
    }
  }
}
