package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.RequestFacts;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults made behind a real nginx: its own words of them are understood. */
@Timeout(30)
class NginxErrorLogLiveTest {
  private static final String PROXY = "proxy_pass http://127.0.0.1:SERVICE;";

  /** A fault: the location that makes it, and what its line comes to. */
  private record Fault(
      String path, String location, Event event, Stage stage, @Nullable String peer) {}

  private static final List<Fault> FAULTS =
      List.of(
          new Fault(
              "/refused",
              "proxy_pass http://127.0.0.1:DEAD;",
              Event.REFUSED,
              Stage.CONNECTING,
              "127.0.0.1:DEAD"),
          new Fault(
              "/socket",
              "proxy_pass http://unix:DIR/app.sock;",
              Event.SOCKET_MISSING,
              Stage.CONNECTING,
              "unix:DIR/app.sock"),
          new Fault(
              "/fastcgi",
              "fastcgi_pass unix:DIR/php.sock;",
              Event.SOCKET_MISSING,
              Stage.CONNECTING,
              "unix:DIR/php.sock"),
          new Fault("/close", PROXY, Event.CLOSED_EARLY, Stage.READING_HEADER, "127.0.0.1:SERVICE"),
          new Fault(
              "/slow",
              "proxy_read_timeout 200ms; " + PROXY,
              Event.RESPONSE_TIMEOUT,
              Stage.READING_HEADER,
              "127.0.0.1:SERVICE"),
          new Fault("/big", PROXY, Event.HEADER_TOO_BIG, Stage.READING_HEADER, "127.0.0.1:SERVICE"),
          new Fault("/short", PROXY, Event.BODY_BROKEN, Stage.READING_BODY, "127.0.0.1:SERVICE"),
          new Fault(
              "/garbage", PROXY, Event.INVALID_RESPONSE, Stage.READING_HEADER, "127.0.0.1:SERVICE"),
          new Fault(
              "/chunks", PROXY, Event.INVALID_RESPONSE, Stage.READING_BODY, "127.0.0.1:SERVICE"),
          new Fault(
              "/cgi",
              "fastcgi_pass 127.0.0.1:SERVICE;",
              Event.INVALID_RESPONSE,
              Stage.READING_HEADER,
              "127.0.0.1:SERVICE"),
          new Fault(
              "/tls",
              "proxy_pass https://127.0.0.1:SERVICE;",
              Event.TLS_WRONG_VERSION,
              Stage.HANDSHAKING,
              "127.0.0.1:SERVICE"),
          new Fault(
              "/pool",
              "proxy_pass http://pool;",
              Event.NO_LIVE_UPSTREAMS,
              Stage.CONNECTING,
              "pool"),
          new Fault(
              "/name",
              "set $n app.internal; proxy_pass http://$n;",
              Event.NOT_RESOLVED,
              Stage.RESOLVING,
              null),
          new Fault("/denied", "deny all;", Event.FORBIDDEN_BY_RULE, Stage.OTHER, null),
          new Fault("/file", "root DIR;", Event.FILE_NOT_FOUND, Stage.OTHER, null),
          new Fault("/cycle", "rewrite ^ /cycle last;", Event.REDIRECT_CYCLE, Stage.OTHER, null),
          new Fault(
              "/auth",
              "auth_basic x; auth_basic_user_file DIR/nginx.conf;",
              Event.AUTHENTICATION,
              Stage.OTHER,
              null));

  @Test
  void wordsOfRealNginxAreUnderstood(@TempDir Path directory) throws Exception {
    // Given
    int dead = NginxErrorLogLive.freePort();
    try (FaultyService service = new FaultyService()) {
      StringBuilder servers =
          new StringBuilder("upstream pool { server 127.0.0.1:DEAD down; }\n")
              .append("server { listen 127.0.0.1:PORT; server_name shop.test;\n");
      FAULTS.forEach(
          fault -> servers.append("location " + fault.path + " { " + fault.location + " }\n"));
      String text = fill(servers.append("}\n").toString(), directory, dead, service.port());
      try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", text)) {
        // When
        for (Fault fault : FAULTS) {
          nginx.get("shop.test", fault.path);
        }
        // Then
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (Fault fault : FAULTS) {
          String peer =
              fault.peer == null ? null : fill(fault.peer, directory, dead, service.port());
          expected.add(fault.path + " " + fault.event + " " + fault.stage + " " + peer);
          found.add(line(nginx, fault.path));
        }
        assertEquals(String.join("\n", expected), String.join("\n", found));
      }
    }
  }

  /** The first line about a request of ours that is not mere information of another kind. */
  private static String line(NginxErrorLogLive nginx, String path) throws IOException {
    RequestFacts facts =
        new RequestFacts("GET", path, "shop.test", Set.of("127.0.0.1"), Set.of(), null, null);
    for (String text : Files.readAllLines(nginx.errorLog, StandardCharsets.ISO_8859_1)) {
      NginxErrorLogLine line = NginxErrorLog.parse(text, ZoneId.systemDefault());
      if (NginxErrorLog.tie(line, facts) == Tie.OURS && line.event() != Event.OTHER) {
        return path + " " + line.event() + " " + line.stage() + " " + line.peer();
      }
    }
    return path + " has no line";
  }

  private static String fill(String text, Path directory, int dead, int service) {
    return text.replace("DIR", directory.toString())
        .replace("DEAD", Integer.toString(dead))
        .replace("SERVICE", Integer.toString(service));
  }

  /** Answers badly, as the path asks. */
  private static final class FaultyService implements Closeable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> held = new ArrayList<>();

    FaultyService() throws IOException {
      Thread thread = new Thread(this::serve, "faulty-service");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return server.getLocalPort();
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          byte[] first = new byte[4096];
          int length = socket.getInputStream().read(first);
          String request = new String(first, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
          String answer = answer(request);
          if (answer.isEmpty() && request.startsWith("GET /slow")) {
            held.add(socket);
            continue;
          }
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
          socket.close();
        } catch (IOException e) {
          // The peer went away, or the test is over: the loop's condition tells.
        }
      }
    }

    private static String answer(String request) {
      if (request.startsWith("GET /big")) {
        return "HTTP/1.1 200 OK\r\nSet-Cookie: " + "x".repeat(9_000) + "\r\n\r\nok";
      } else if (request.startsWith("GET /short")) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort";
      } else if (request.startsWith("GET /garbage")) {
        return "SSH-2.0-OpenSSH_9.2\r\n";
      } else if (request.startsWith("GET /chunks")) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
      } else if (request.startsWith("GET /")) {
        return "";
      }
      // Neither FastCGI nor TLS is what it speaks.
      return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : held) {
        socket.close();
      }
    }
  }
}
