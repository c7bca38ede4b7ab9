package dev.why502.matrix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Somebody else at the edge. */
final class Visitor {
  private static final int PATIENCE_MILLIS = 3_000;
  private static final int MAX_POSTS = 5;
  private static final int MAX_ANSWER = 64 * 1024;

  private Visitor() {}

  /** Asks once and reads what comes; the status, 0 for none. */
  static int ask(Ground ground) throws IOException {
    try (Socket socket = connect(ground)) {
      socket.getOutputStream().write(request(ground).getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
      return answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    } catch (SocketTimeoutException silent) {
      return 0;
    }
  }

  /** Posts until it is served, so that the gateway holds an open connection to the service. */
  static void untilServed(Ground ground) throws IOException {
    for (int i = 0; i < MAX_POSTS; i++) {
      try (Socket socket = connect(ground)) {
        String post =
            request(ground)
                .replace("GET ", "POST ")
                .replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n");
        socket.getOutputStream().write(post.getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
        if (answer.startsWith("HTTP/1.1 200")) {
          return;
        }
      }
    }
    throw new AssertionError("nothing is served");
  }

  /** Takes connections and keeps them, with half a request on each. */
  static void occupy(Ground ground, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = ground.with(connect(ground));
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: shop.example\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Socket connect(Ground ground) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress("127.0.0.1", ground.site.port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String request(Ground ground) {
    return "GET "
        + Ground.PATH
        + " HTTP/1.1\r\nHost: "
        + Site.NAME
        + ":"
        + ground.site.port
        + "\r\nConnection: close\r\n\r\n";
  }
}
