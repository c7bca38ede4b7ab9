package dev.why502.app;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One life of the service, from its start to the moment when it is killed. */
final class KilledService {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final Instant started = Instant.now();
  private final Process process;
  private final CompletableFuture<Instant> ready = new CompletableFuture<>();
  private volatile URI url = URI.create("http://127.0.0.1:1/");

  KilledService(Path definitions) throws Exception {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--definitions",
                definitions.toString(),
                "--data",
                definitions.resolveSibling("data").toString(),
                "--port",
                "0")
            .redirectInput(new File("/dev/null"))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(definitions.resolveSibling("log").toFile()))
            .start();
    Thread reader = new Thread(this::read, "out of why502");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      if (line != null && line.contains("http://")) {
        url = URI.create(line.substring(line.indexOf("http://")).trim());
        ready.complete(Instant.now());
      }
    } catch (java.io.IOException killed) {
      // Before it was ready.
    }
  }

  /** Completes when it is ready; never, where it was killed before. */
  CompletableFuture<Instant> ready() {
    return ready;
  }

  HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** SIGKILL; ends when it is gone. */
  void kill() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  boolean alive() {
    return process.isAlive();
  }
}
