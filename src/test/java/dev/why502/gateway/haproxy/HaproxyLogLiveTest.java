package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Each fault is made behind the real HAProxy; its own line must tell what it was. */
@Timeout(40)
class HaproxyLogLiveTest {
  /** Path, and what the line about it tells. */
  private static final Map<String, String> EXPECTED = new LinkedHashMap<>();

  static {
    EXPECTED.put("/well", "ANSWERED OTHER");
    EXPECTED.put("/refuses", "CONNECT_FAILED CONNECTING");
    EXPECTED.put("/own503", "ANSWERED OTHER");
    EXPECTED.put("/closes", "CLOSED_EARLY READING_HEADER");
    EXPECTED.put("/banner", "INVALID_RESPONSE READING_HEADER");
    EXPECTED.put("/bighead", "INVALID_RESPONSE READING_HEADER");
    EXPECTED.put("/silent", "RESPONSE_TIMEOUT READING_HEADER");
    EXPECTED.put("/cut", "BODY_BROKEN READING_BODY");
    EXPECTED.put("/stalls", "BODY_BROKEN READING_BODY");
    EXPECTED.put("/plain", "CONNECT_FAILED CONNECTING");
    EXPECTED.put("/disabled", "NO_LIVE_UPSTREAMS OTHER");
    EXPECTED.put("/nowhere", "NO_ROUTE OTHER");
    EXPECTED.put("/return", "NOT_TRIED OTHER");
    EXPECTED.put("/deny", "FORBIDDEN_BY_RULE OTHER");
    EXPECTED.put("/limit", "LIMITED_REQUESTS OTHER");
    EXPECTED.put("/moved", "NOT_TRIED OTHER");
    EXPECTED.put("/auth", "AUTHENTICATION OTHER");
  }

  /** Services that do on purpose what broken ones do. */
  private static final class Broken implements AutoCloseable {
    private final Map<String, ServerSocket> sockets = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    int serve(String manner) throws IOException {
      ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
      sockets.put(manner, socket);
      Thread thread = new Thread(() -> run(manner, socket), manner);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
      return socket.getLocalPort();
    }

    private static void run(String manner, ServerSocket socket) {
      List<Socket> held = new ArrayList<>();
      while (!socket.isClosed()) {
        try {
          Socket client = socket.accept();
          held.add(client);
          client.setSoTimeout(2000);
          if (!manner.equals("banner")) {
            int read = client.getInputStream().read(new byte[4096]);
            if (read < 0) {
              client.close();
              continue;
            }
          }
          answer(manner, client);
        } catch (IOException e) {
          // The next one may fare better, and after the test there is none.
        }
      }
      for (Socket client : held) {
        try {
          client.close();
        } catch (IOException e) {
          // It is gone all the same.
        }
      }
    }

    private static void answer(String manner, Socket client) throws IOException {
      String text =
          switch (manner) {
            case "well" -> "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            case "own503" -> "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno";
            case "banner" -> "SSH-2.0-x\r\n";
            case "bighead" ->
                "HTTP/1.1 200 OK\r\nX: " + "a".repeat(40_000) + "\r\nContent-Length: 0\r\n\r\n";
            case "cut", "stalls" -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc";
            default -> "";
          };
      OutputStream out = client.getOutputStream();
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      if (!manner.equals("silent") && !manner.equals("stalls")) {
        client.shutdownOutput();
        client.close();
      }
    }

    @Override
    public void close() throws IOException {
      for (ServerSocket socket : sockets.values()) {
        socket.close();
      }
    }
  }

  @Test
  void everyFaultIsTold(@TempDir Path directory) throws Exception {
    // Given
    RealHaproxy.require();
    Vertx vertx = Vertx.vertx();
    HaproxyDesk desk = new HaproxyDesk(vertx, directory);
    List<Integer> ports = RealHaproxy.ports(2);
    List<Executable> checks = new ArrayList<>();
    try (Broken broken = new Broken()) {
      desk.write("haproxy.cfg", config(broken, ports));
      Map<String, String> servers = HaproxyDesk.await(desk.reader.serverAddresses(desk.gateway()));
      HaproxyLog log = new HaproxyLog(servers::get, InstantSource.system());
      try (RealHaproxy running = RealHaproxy.start(desk.config(), ports.get(0))) {
        for (String path : EXPECTED.keySet()) {
          // When
          String client = ask(ports.get(0), path);
          LoggedLine line = line(log, running, client, path);

          // Then
          LogLine told = line.evidence("gw", "log", Instant.EPOCH, true, Tie.OURS);
          String own = servers.get(path.substring(1) + "/s");
          checks.add(
              () ->
                  assertEquals(EXPECTED.get(path), told.event() + " " + told.stage(), told::text));
          boolean asked = told.peer() != null && told.peer().indexOf(':') > 0;
          checks.add(() -> assertEquals(asked ? own : told.peer(), told.peer()));
          checks.add(() -> assertEquals("GET " + path + " HTTP/1.1", told.request()));
        }
      }
    } finally {
      HaproxyDesk.await(vertx.close());
    }
    assertAll(checks);
  }

  private static String config(Broken broken, List<Integer> ports) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        global
          log stdout format raw local0
        userlist people
          user a insecure-password b
        defaults
          mode http
          log global
          option httplog
          retries 1
          timeout connect 300ms
          timeout client 3s
          timeout server 400ms
        frontend web
          bind 127.0.0.1:FRONT
          http-request return status 503 if { path /return }
          http-request deny if { path /deny }
          http-request deny deny_status 429 if { path /limit }
          http-request redirect location / if { path /moved }
          http-request auth if { path /auth } !{ http_auth(people) }
        """);
    StringBuilder backends = new StringBuilder();
    for (String manner :
        List.of("well", "own503", "closes", "banner", "bighead", "silent", "cut", "stalls")) {
      backend(manner, broken.serve(manner) + "", text, backends);
    }
    backend("refuses", ports.get(1) + "", text, backends);
    backend("disabled", ports.get(1) + " disabled", text, backends);
    backend("plain", broken.serve("well") + " ssl verify none", text, backends);
    return text.append(backends).toString().replace("FRONT", "" + ports.get(0));
  }

  private static void backend(
      String name, String server, StringBuilder rules, StringBuilder backends) {
    rules.append("  use_backend ").append(name).append(" if { path /").append(name).append(" }\n");
    backends.append("backend ").append(name).append("\n  server s 127.0.0.1:");
    backends.append(server).append('\n');
  }

  /** Our own end of the connection. */
  private static String ask(int port, String path) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
      socket.setSoTimeout(5000);
      String head = "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** The line that is tied to our end; it may come a little after the answer. */
  private static LoggedLine line(HaproxyLog log, RealHaproxy running, String client, String path)
      throws IOException {
    RequestFacts facts =
        new RequestFacts("GET", path, "h", Set.of("127.0.0.1"), Set.of(client), null, "web");
    long end = System.nanoTime() + 3_000_000_000L;
    LoggedLine found = null;
    while (found == null && System.nanoTime() < end) {
      for (String text : running.said().split("\n")) {
        LoggedLine line = log.parse(text, ZoneId.systemDefault());
        found = line.tie(facts) == Tie.OURS ? line : found;
      }
    }
    return Objects.requireNonNull(found, "no line of " + path);
  }
}
