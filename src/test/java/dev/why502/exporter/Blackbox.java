package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The real blackbox_exporter, as Debian has it. */
final class Blackbox implements AutoCloseable {
  /** Values that are the same whoever looks. */
  static final List<String> SAME =
      List.of(
          "probe_success",
          "probe_ip_protocol",
          "probe_ip_addr_hash",
          "probe_http_status_code",
          "probe_http_redirects",
          "probe_http_ssl",
          "probe_http_content_length",
          "probe_http_uncompressed_body_length",
          "probe_failed_due_to_regex",
          "probe_http_last_modified_timestamp_seconds",
          "probe_ssl_earliest_cert_expiry",
          "probe_ssl_last_chain_expiry_timestamp_seconds");

  private static final Path PROGRAM = Path.of("/usr/bin/prometheus-blackbox-exporter");

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = Site.freePort();

  Blackbox(Path folder, JsonObject config) {
    try {
      // JSON is YAML.
      Path file = Files.writeString(folder.resolve("blackbox.yml"), config.encodePrettily());
      process =
          new ProcessBuilder(
                  PROGRAM.toString(),
                  "--config.file=" + file,
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("blackbox.log").toFile())
              .start();
      CountDownLatch never = new CountDownLatch(1);
      for (int i = 0; i < 200; i++) {
        try {
          if (status("", "-/healthy") == 200) {
            return;
          }
        } catch (AssertionError notYet) {
          never.await(50, TimeUnit.MILLISECONDS);
        }
      }
      fail(Files.readString(folder.resolve("blackbox.log")));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void require() {
    require(PROGRAM);
  }

  static void require(Path program) {
    boolean there = Files.isExecutable(program);
    if (!there && Boolean.getBoolean("why502.require.gateways")) {
      fail("not installed: " + program);
    }
    assumeTrue(there, "skipped, not installed: " + program);
  }

  String get(String target, String module) {
    return send("/probe?target=" + OnDemand.encoded(target) + "&module=" + module).body();
  }

  int status(String query, String... headers) {
    return headers.length == 1
        ? send("/" + headers[0]).statusCode()
        : send("/probe?" + query, headers).statusCode();
  }

  private HttpResponse<String> send(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20));
    return OnDemand.send(client, headers.length == 0 ? request : request.headers(headers));
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
