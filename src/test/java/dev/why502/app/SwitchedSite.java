package dev.why502.app;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Services that a test switches off and on, each at an address of its own, and who is told. */
final class SwitchedSite implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<HttpServer> servers = new ArrayList<>();
  private final Set<String> off = ConcurrentHashMap.newKeySet();
  private final JsonArray probes = new JsonArray();
  final ServiceReceiver receiver;

  SwitchedSite(String... services) throws IOException {
    receiver = new ServiceReceiver(threads);
    for (String service : services) {
      InetSocketAddress any = new InetSocketAddress("127.50.8." + (servers.size() + 1), 0);
      HttpServer server = HttpServer.create(any, 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(off.contains(service) ? 503 : 200, -1);
            exchange.close();
          });
      server.setExecutor(threads);
      server.start();
      servers.add(server);
      InetSocketAddress at = server.getAddress();
      probes.add(
          new JsonObject()
              .put("id", service)
              .put("target", "http://" + at.getHostString() + ":" + at.getPort() + "/"));
    }
  }

  void off(String service) {
    off.add(service);
  }

  void on(String service) {
    off.remove(service);
  }

  JsonObject definitions(String interval) {
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", interval).put("timeout", "3s"))
        .put("probes", probes)
        .put("notify", notified(receiver));
  }

  /** The part of definitions that has everything told to a receiver. */
  static JsonObject notified(ServiceReceiver receiver) {
    JsonObject hook =
        new JsonObject()
            .put("name", "hook")
            .put("webhook", new JsonObject().put("url", receiver.url()));
    return new JsonObject().put("receivers", JsonArray.of(hook));
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    receiver.close();
    threads.shutdownNow();
  }
}
