package dev.why502.gateway.haproxy;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A directory with a configuration, and a reader that is asked about it. */
final class HaproxyDesk {
  static final Map<String, List<String>> NAMES =
      Map.of(
          "localhost", List.of("127.0.0.1"),
          "app.internal", List.of("10.1.2.3"),
          "two.internal", List.of("10.0.0.1", "10.0.0.2"));

  final Path directory;
  final HaproxyReader reader;

  HaproxyDesk(Vertx vertx, Path directory) {
    this.directory = directory;
    this.reader =
        new HaproxyReader(vertx, HaproxyDesk::resolve, InstantSource.fixed(Instant.EPOCH));
  }

  private static Future<Resolution> resolve(String name) {
    List<String> addresses = NAMES.getOrDefault(name, List.of());
    return Future.succeededFuture(
        new Resolution(
            name, Instant.EPOCH, "table", addresses, addresses.isEmpty() ? "NXDOMAIN" : null));
  }

  Path config() {
    return directory.resolve("haproxy.cfg");
  }

  HaproxyDesk write(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.replace("DIR", directory.toString()));
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Gateway gateway() {
    return gateway(config().toString());
  }

  static Gateway gateway(String config) {
    return new Gateway("gw", Gateway.Kind.HAPROXY, config, null, null, null);
  }

  Route route(String url) {
    return route(url, Request.GET, null);
  }

  Route route(String url, Request request, @Nullable String connectedTo) {
    return await(reader.route(gateway(), target(url), request, connectedTo));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static Target target(String url) {
    int slash = url.indexOf('/', url.indexOf("://") + 3);
    URI uri = URI.create(slash < 0 ? url : url.substring(0, slash));
    Scheme scheme = Scheme.valueOf(uri.getScheme().toUpperCase(Locale.ROOT));
    int port = uri.getPort() < 0 ? scheme.defaultPort() : uri.getPort();
    String host = uri.getHost().replace("[", "").replace("]", "");
    return new Target(scheme, Endpoint.of(host, port), slash < 0 ? "/" : url.substring(slash), url);
  }

  static Request request(String method, List<Header> headers) {
    return new Request(method, new ArrayList<>(headers), null, null, false, false, null, "1.1");
  }
}
