package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RealGateway;
import dev.why502.gateway.RequestFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real Caddy writes for real faults, and what we make of it. */
@Timeout(60)
class CaddyLogLiveTest {
  private static final String CONFIG =
      """
      {
      	admin off
      	auto_https off
      	http_port 1
      	https_port 2
      }
      http://x.example:PORT {
      	log
      	reverse_proxy /refused 127.0.0.1:1
      	reverse_proxy /refused6 [::1]:1
      	reverse_proxy /refusedany :1
      	reverse_proxy /noname app.invalid:80
      	reverse_proxy /nosocket unix/ROOT/none.sock
      	reverse_proxy /deadsocket unix/ROOT/dead.sock
      	reverse_proxy /full 127.0.0.1:FULL {
      		transport http {
      			dial_timeout 200ms
      		}
      	}
      	reverse_proxy /closes 127.0.0.1:CLOSES
      	reverse_proxy /resets 127.0.0.1:RESETS
      	reverse_proxy /silent 127.0.0.1:SILENT {
      		transport http {
      			response_header_timeout 150ms
      		}
      	}
      	reverse_proxy /silentread 127.0.0.1:SILENT {
      		transport http {
      			read_timeout 150ms
      		}
      	}
      	reverse_proxy /garbage 127.0.0.1:GARBAGE
      	reverse_proxy /tlstoplain https://127.0.0.1:GARBAGE
      	reverse_proxy /tlstohttp https://127.0.0.1:ECHO
      	reverse_proxy /short 127.0.0.1:SHORT
      	reverse_proxy /bighead 127.0.0.1:BIGHEAD {
      		transport http {
      			max_response_header 1000
      		}
      	}
      	reverse_proxy /marked 127.0.0.1:1 {
      		fail_duration 30s
      	}
      	reverse_proxy /checked 127.0.0.1:CLOSES {
      		health_uri /h
      		health_interval 30s
      	}
      	reverse_proxy /checkedok 127.0.0.1:ECHO {
      		health_uri /h
      		health_status 204
      		health_interval 30s
      	}
      	request_body /body {
      		max_size 10
      	}
      	reverse_proxy /body 127.0.0.1:SILENT
      	reverse_proxy /well 127.0.0.1:ECHO
      }
      """;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static RealCaddy caddy;
  private static int port;
  private static int full;

  @TempDir static Path folder;

  /** A service that reads a request and then does this. */
  private interface Manner {
    void then(Socket socket) throws IOException;
  }

  private static int service(Manner manner) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    OPEN.add(server);
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  OPEN.add(socket);
                  socket.setSoTimeout(1000);
                  socket.getInputStream().read(new byte[4096]);
                  manner.then(socket);
                } catch (IOException e) {
                  // The next one.
                }
              }
            },
            "service");
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  private static Manner says(String text) {
    return socket -> {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.close();
    };
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    RealCaddy.require();
    port = RealCaddy.ports(1).get(0);
    Echo echo = new Echo();
    OPEN.add(echo);
    ServerSocket stuffed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    OPEN.add(stuffed);
    full = stuffed.getLocalPort();
    for (int i = 0; i < 4; i++) {
      Socket waiting = new Socket();
      OPEN.add(waiting);
      try {
        waiting.connect(stuffed.getLocalSocketAddress(), 50);
      } catch (IOException e) {
        break;
      }
    }
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(folder.resolve("dead.sock")));
    }
    String config =
        CONFIG
            .replace("PORT", String.valueOf(port))
            .replace("ROOT", folder.toString())
            .replace("FULL", String.valueOf(full))
            .replace("CLOSES", String.valueOf(service(Socket::close)))
            .replace(
                "RESETS",
                String.valueOf(
                    service(
                        socket -> {
                          socket.setSoLinger(true, 0);
                          socket.close();
                        })))
            .replace("SILENT", String.valueOf(service(socket -> {})))
            .replace("GARBAGE", String.valueOf(service(says("garbage garbage\r\n\r\n"))))
            .replace(
                "SHORT",
                String.valueOf(service(says("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"))))
            .replace(
                "BIGHEAD",
                String.valueOf(
                    service(
                        says(
                            "HTTP/1.1 200 OK\r\nX-A: "
                                + "a".repeat(9000)
                                + "\r\nContent-Length: 0\r\n\r\n"))))
            .replace("ECHO", String.valueOf(echo.port()));
    Files.writeString(folder.resolve("Caddyfile"), config);
    caddy = RealCaddy.start(folder, "Caddyfile", port);
  }

  @AfterAll
  static void stop() throws Exception {
    if (caddy != null) {
      caddy.close();
    }
    for (AutoCloseable each : OPEN) {
      each.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/refused,    502, REFUSED,           CONNECTING,     111, 127.0.0.1:1",
    "/refused6,   502, REFUSED,           CONNECTING,     111, [::1]:1",
    "/refusedany, 502, REFUSED,           CONNECTING,     111, 127.0.0.1:1",
    "/noname,     502, NOT_RESOLVED,      RESOLVING,      0,   ",
    "/nosocket,   502, SOCKET_MISSING,    CONNECTING,     2,   unix:ROOT/none.sock",
    "/deadsocket, 502, REFUSED,           CONNECTING,     111, unix:ROOT/dead.sock",
    "/full,       502, CONNECT_TIMEOUT,   CONNECTING,     0,   127.0.0.1:FULL",
    "/closes,     502, CLOSED_EARLY,      READING_HEADER, 0,   ",
    "/resets,     502, CLOSED_EARLY,      READING_HEADER, 104, *",
    "/silent,     504, RESPONSE_TIMEOUT,  READING_HEADER, 0,   ",
    "/silentread, 504, RESPONSE_TIMEOUT,  READING_HEADER, 0,   *",
    "/garbage,    502, INVALID_RESPONSE,  READING_HEADER, 0,   ",
    "/tlstoplain, 502, TLS_WRONG_VERSION, HANDSHAKING,    0,   ",
    "/bighead,    502, HEADER_TOO_BIG,    READING_HEADER, 0,   ",
    "/short,      200, BODY_BROKEN,       READING_BODY,   0,   ",
  })
  void faultIsTold(String path, int status, Event event, Stage stage, int errno, String peer)
      throws IOException {
    // Given
    int before = lines().size();

    // When
    RealGateway.Reply reply = RealCaddy.ask(port, "GET", path, "Host: x.example\r\n");
    LogLine line = ours(before, path, reply.client(), event);

    // Then
    assertEquals(status, reply.status());
    assertEquals(stage, line.stage());
    assertEquals(errno, line.errno());
    if (peer == null || !peer.equals("*")) {
      String expected =
          peer == null
              ? null
              : peer.replace("ROOT", folder.toString()).replace("FULL", String.valueOf(full));
      assertEquals(expected, line.peer());
    } else {
      assertTrue(String.valueOf(line.peer()).startsWith("127.0.0.1:"), line.text());
    }
    assertTrue(Duration.between(line.at(), Instant.now()).abs().toSeconds() < 30, line.text());
  }

  @Test
  void tooLargeBodyIsTold() throws IOException {
    // Given
    int before = lines().size();

    // When
    RealGateway.Reply reply =
        RealCaddy.ask(
            port,
            "POST",
            "/body",
            "Host: x.example\r\nContent-Length: 37\r\nConnection: close\r\n\r\n" + "a".repeat(37));
    LogLine line = ours(before, "/body", reply.client(), Event.BODY_TOO_LARGE);

    // Then
    assertEquals(Tie.OURS, line.tie());
  }

  @Test
  void passiveMarkLeavesNoUpstream() throws IOException {
    // Given
    RealCaddy.ask(port, "GET", "/marked", "Host: x.example\r\n");
    int before = lines().size();

    // When
    RealGateway.Reply reply = RealCaddy.ask(port, "GET", "/marked", "Host: x.example\r\n");

    // Then
    assertEquals(503, reply.status());
    assertEquals(Tie.OURS, ours(before, "/marked", reply.client(), Event.NO_LIVE_UPSTREAMS).tie());
  }

  @Test
  void activeCheckIsAStandingMark() throws IOException {
    // Given
    CaddyLog log = new CaddyLog();

    // When
    List<LoggedLine> standing = new ArrayList<>();
    for (int i = 0; i < 100 && standing.size() < 2; i++) {
      standing.clear();
      for (String text : lines()) {
        LoggedLine line = log.parse(text, ZoneOffset.UTC);
        if (line.standing() != null) {
          standing.add(line);
        }
      }
      LockSupport.parkNanos(20_000_000);
    }

    // Then
    assertEquals(2, standing.stream().map(LoggedLine::standing).distinct().count());
    assertTrue(standing.stream().allMatch(line -> line.event() == Event.PEER_DOWN));
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(caddy.log());
  }

  /** The line of ours that tells this event; it may come a moment after the answer. */
  private static LogLine ours(int from, String path, String client, Event event)
      throws IOException {
    CaddyLog log = new CaddyLog();
    String method = path.equals("/body") ? "POST" : "GET";
    RequestFacts facts =
        new RequestFacts(
            method, path, "x.example", Set.of("127.0.0.1"), Set.of(client), null, null);
    List<String> seen = List.of();
    for (int i = 0; i < 100; i++) {
      List<String> all = lines();
      seen = all.subList(from, all.size());
      List<LoggedLine> lines = seen.stream().map(text -> log.parse(text, ZoneOffset.UTC)).toList();
      List<Tie> ties = log.ties(lines, facts);
      for (int j = 0; j < lines.size(); j++) {
        if (ties.get(j) == Tie.OURS && lines.get(j).event() == event) {
          Instant at = lines.get(j).at();
          return lines
              .get(j)
              .evidence("caddy", "log", at == null ? Instant.EPOCH : at, true, ties.get(j));
        }
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError(event + " of ours is not among " + String.join("\n", seen));
  }
}
