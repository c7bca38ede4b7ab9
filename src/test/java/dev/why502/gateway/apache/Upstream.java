package dev.why502.gateway.apache;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A service that answers every request with bytes of ours, ECHO standing for the request. */
final class Upstream implements AutoCloseable {
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private final ServerSocket socket;
  private final String answer;

  private Upstream(ServerSocket socket, String answer) {
    this.socket = socket;
    this.answer = answer;
  }

  /** Tells what it was asked: request line and Host. */
  static Upstream echo(String tag) throws IOException {
    return answering("ECHO " + tag);
  }

  static Upstream answering(String answer) throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Upstream upstream = new Upstream(socket, answer);
    Thread thread = new Thread(upstream::run, "upstream");
    thread.setDaemon(true);
    thread.start();
    return upstream;
  }

  int port() {
    return socket.getLocalPort();
  }

  private void run() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread thread = new Thread(() -> serve(client), "upstream-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(10_000);
      String head = head(client.getInputStream());
      if (head.isEmpty() || answer.equals("SILENCE")) {
        client.getInputStream().readNBytes(1);
        return;
      }
      String text = answer;
      if (answer.startsWith("ECHO ")) {
        String[] lines = head.split("\r\n");
        String host = "";
        for (String line : lines) {
          host = line.regionMatches(true, 0, "Host:", 0, 5) ? line.substring(5).strip() : host;
        }
        String[] words = lines[0].split(" ");
        String body = "tag " + answer.substring(5) + " " + words[0] + " " + words[1] + " " + host;
        text =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
      }
      client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // The other side went away, which is its right.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < MAX_HEAD_BYTES && head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      head.append((char) c);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
