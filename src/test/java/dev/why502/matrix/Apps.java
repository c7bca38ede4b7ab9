package dev.why502.matrix;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Services of Node under the sandbox's own PM2; one of each, whatever number of gateways. */
final class Apps {
  private static final int MAX_LOOKS = 40;

  private static final Map<String, App> STARTED = new HashMap<>();

  private Apps() {}

  /**
   * A service under PM2.
   *
   * @param port where it should listen
   */
  record App(String name, int port, Path directory) {
    Path log() {
      return directory.resolve("error.log");
    }
  }

  /** What a service is before PM2 starts it. */
  interface Writing {
    /** Its program, below its directory. */
    Path write(App app) throws IOException, InterruptedException;
  }

  /** Starts it once and waits until PM2 says this of it. */
  static synchronized App get(Ground ground, String name, String status, Writing writing)
      throws IOException, InterruptedException {
    App app = STARTED.get(name);
    if (app != null) {
      return app;
    }
    Path directory = Files.createDirectories(ground.directory.resolveSibling("apps").resolve(name));
    app = new App(name, ground.port(), directory);
    List<String> command = new ArrayList<>(List.of("pm2", "start"));
    command.add(writing.write(app).toString());
    command.addAll(
        List.of("--name", name, "--cwd", directory.toString(), "--error", app.log().toString()));
    command.addAll(List.of("--output", directory + "/out.log"));
    command.addAll(
        status.equals("stopped") ? List.of("--no-autorestart") : List.of("--max-restarts", "3"));
    Said.good(command.toArray(String[]::new));
    until(name, status);
    STARTED.put(name, app);
    return app;
  }

  /** A program for Node that serves, and says when it listens. */
  static String serves(int port) {
    return """
    const http = require('http');
    http.createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"items":[1,2,3]}');
    }).listen(%d, '127.0.0.1');
    """
        .formatted(port);
  }

  static long pid(String name) throws IOException, InterruptedException {
    return entry(name).getLong("pid");
  }

  private static void until(String name, String status) throws IOException, InterruptedException {
    String last = "";
    for (int i = 0; i < MAX_LOOKS; i++) {
      last = entry(name).getJsonObject("pm2_env").getString("status");
      if (last.equals(status)) {
        return;
      }
    }
    throw new AssertionError(name + " is " + last + ", not " + status);
  }

  private static JsonObject entry(String name) throws IOException, InterruptedException {
    String text = Said.good("pm2", "jlist");
    JsonArray all = new JsonArray(text.substring(text.indexOf("[{")));
    return all.stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("name").equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is unknown to PM2"));
  }
}
