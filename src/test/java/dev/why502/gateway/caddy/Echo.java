package dev.why502.gateway.caddy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A service that answers with the request it got: line and fields, each on a line. */
final class Echo implements AutoCloseable {
  private final ServerSocket server;

  Echo() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread thread = new Thread(this::serve, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(2000);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder seen = new StringBuilder("port " + port() + "\n");
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          seen.append(line).append('\n');
        }
        String head =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + seen.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + seen).getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // The next one.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
