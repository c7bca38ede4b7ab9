package dev.why502.exporter;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Parsed;
import dev.why502.conf.Reading;
import dev.why502.conf.TargetText;
import dev.why502.definition.Target;
import dev.why502.probe.Prober;
import dev.why502.probe.Resolver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /probe} with the real prober behind it, on a port of its own, and who scrapes it. */
final class OnDemand implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final Pattern LABEL = Pattern.compile("([a-z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  final Vertx vertx = Vertx.vertx();
  final TurningDns dns = new TurningDns();

  /** Nanoseconds that the exporter's clock is ahead: what a quota has, comes back with them. */
  final AtomicLong ahead = new AtomicLong();

  private final Map<String, String> environment;
  private final Resolver resolver;
  private final Prober prober;
  private final Exporter exporter;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  OnDemand(Map<String, String> environment) {
    this.environment = environment;
    resolver = new Resolver(vertx, InstantSource.system(), List.of(dns.address()));
    prober = new Prober(vertx, resolver, InstantSource.system());
    exporter =
        new Exporter(
            vertx,
            (visit, door) -> prober.visit(visit, door::open),
            OnDemand::spelled,
            () -> System.nanoTime() + ahead.get());
    server = await(vertx.createHttpServer().requestHandler(exporter).listen(0, "127.0.0.1"));
  }

  OnDemand() {
    this(Map.of());
  }

  private static Spelling spelled(String text) {
    Parsed<Target> parsed = TargetText.parse(text);
    return new Spelling(parsed.value(), parsed.problem());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came within " + PATIENCE_SECONDS + " s", e);
    }
  }

  int port() {
    return server.actualPort();
  }

  /** These targets are declared, with ids t0, t1, ... */
  OnDemand define(List<String> targets, List<String> allow, JsonObject modules) {
    JsonArray probes = new JsonArray();
    for (String target : targets) {
      probes.add(new JsonObject().put("id", "t" + probes.size()).put("target", target));
    }
    return define(
        new JsonObject()
            .put("probes", probes)
            .put(
                "probe",
                new JsonObject().put("allow", new JsonArray(allow)).put("modules", modules)));
  }

  OnDemand define(JsonObject definitions) {
    Reading reading =
        new DefinitionsReader(environment::get)
            .read(definitions.encode().getBytes(StandardCharsets.UTF_8), Path.of("/"));
    if (reading.definitions() == null) {
      throw new AssertionError(reading.problems());
    }
    exporter.replace(reading.definitions());
    return this;
  }

  HttpResponse<String> get(String target, String module, String... headers) {
    return ask("target=" + encoded(target) + "&module=" + module, headers);
  }

  HttpResponse<String> ask(String query, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/probe?" + query))
            .timeout(Duration.ofSeconds(PATIENCE_SECONDS));
    return send(client, headers.length == 0 ? request : request.headers(headers));
  }

  static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Every name with its label keys, and with the values of those that are part of the format. */
  static Set<String> shape(String metrics) {
    Set<String> all = new TreeSet<>();
    metrics
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(
            line -> {
              StringBuilder shape = new StringBuilder(line.split("[{ ]", 2)[0]);
              Matcher labels = LABEL.matcher(line);
              while (labels.find()) {
                boolean fixed =
                    labels.group(1).equals("phase") && !shape.toString().contains("info");
                shape.append(' ').append(labels.group(1));
                shape.append(fixed ? "=" + labels.group(2) : "");
              }
              all.add(shape.toString());
            });
    return all;
  }

  /** Of the first sample whose line begins so. */
  static double value(String metrics, String begin) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(begin + " ") || line.startsWith(begin + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The line of why it failed, or nothing. */
  static String failure(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("probe_failure_info"))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    await(server.close());
    await(prober.close());
    resolver.close();
    dns.close();
    await(vertx.close());
  }
}
