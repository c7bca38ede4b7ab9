package dev.why502.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Services that go down and come back by the dice, each for a reason of its own. */
final class KilledSite implements AutoCloseable {
  static final int SERVICES = 24;

  /** More at once would be told together. */
  private static final int MOST_DOWN = 3;

  /** A service was down from here to there. */
  record Down(String probe, Instant from, Instant to) {}

  private final List<HttpServer> servers = new ArrayList<>();
  private final Map<Integer, Instant> down = new HashMap<>();
  private final Deque<Integer> longestWell = new ArrayDeque<>();
  private final List<Down> outages = new ArrayList<>();
  private final ScheduledExecutorService timer;
  private final SplittableRandom dice;
  private boolean over;

  KilledSite(ScheduledExecutorService timer, SplittableRandom dice) throws IOException {
    this.timer = timer;
    this.dice = dice;
    for (int i = 0; i < SERVICES; i++) {
      int service = i;
      HttpServer server = HttpServer.create(new InetSocketAddress("127.50.9." + (i + 1), 0), 0);
      server.createContext("/", exchange -> answer(service, exchange));
      server.setExecutor(timer);
      server.start();
      servers.add(server);
      longestWell.add(i);
    }
    next();
  }

  private void answer(int service, HttpExchange exchange) throws IOException {
    boolean well;
    synchronized (this) {
      well = !down.containsKey(service);
    }
    exchange.sendResponseHeaders(well ? 200 : 503, -1);
    exchange.close();
  }

  private synchronized void next() {
    if (over) {
      return;
    }
    if (down.size() < MOST_DOWN) {
      int service = longestWell.remove();
      down.put(service, Instant.now());
      boolean blip = dice.nextInt(4) == 0;
      later(blip ? 300 : 2_000 + dice.nextInt(7_000), () -> back(service));
    }
    later(200 + dice.nextInt(1_000), this::next);
  }

  private void later(long millis, Runnable what) {
    // It runs, or the test is over.
    ScheduledFuture<?> unused = timer.schedule(what, millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void back(int service) {
    Instant from = down.remove(service);
    if (from != null) {
      outages.add(new Down(probe(service), from, Instant.now()));
      longestWell.add(service);
    }
  }

  /** From now on all is well. */
  synchronized List<Down> end() {
    over = true;
    List.copyOf(down.keySet()).forEach(this::back);
    return List.copyOf(outages);
  }

  private static String probe(int service) {
    return "service-" + service;
  }

  JsonArray probes() {
    JsonArray probes = new JsonArray();
    for (int i = 0; i < SERVICES; i++) {
      InetSocketAddress at = servers.get(i).getAddress();
      probes.add(
          new JsonObject()
              .put("id", probe(i))
              .put("target", "http://" + at.getHostString() + ":" + at.getPort() + "/"));
    }
    return probes;
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }
}
