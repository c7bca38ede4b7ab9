package dev.why502.gateway.haproxy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Services A, B, C and D: each answers with its letter and what it was asked. */
final class EchoServers implements AutoCloseable {
  private final Map<String, HttpServer> servers = new LinkedHashMap<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);

  EchoServers() throws IOException {
    for (String letter : List.of("A", "B", "C", "D")) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
      server.setExecutor(workers);
      server.createContext(
          "/",
          exchange -> {
            StringBuilder text = new StringBuilder();
            text.append("SERVER ").append(letter).append('\n');
            text.append(exchange.getRequestMethod()).append('\n');
            text.append(exchange.getRequestURI()).append('\n');
            exchange
                .getRequestHeaders()
                .forEach((name, values) -> values.forEach(v -> line(text, name, v)));
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
              out.write(body);
            }
          });
      server.start();
      servers.put(letter, server);
    }
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name.toLowerCase(java.util.Locale.ROOT)).append(": ").append(value).append('\n');
  }

  int port(String letter) {
    return Objects.requireNonNull(servers.get(letter)).getAddress().getPort();
  }

  /** "127.0.0.1:PORT" for each letter in at signs. */
  String placed(String text) {
    String placed = text;
    for (String letter : servers.keySet()) {
      placed = placed.replace("@" + letter + "@", "127.0.0.1:" + port(letter));
    }
    return placed;
  }

  String letterAt(String address) {
    for (String letter : servers.keySet()) {
      if (address.equals("127.0.0.1:" + port(letter))) {
        return letter;
      }
    }
    return "?";
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.stop(0));
    workers.shutdownNow();
  }
}
