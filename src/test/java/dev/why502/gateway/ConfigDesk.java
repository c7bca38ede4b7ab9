package dev.why502.gateway;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A directory with a configuration, and a reader that is asked about it. */
public abstract class ConfigDesk {
  public final Path directory;
  private final ConfigReader reader;

  protected ConfigDesk(Path directory, ConfigReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  protected abstract Gateway gateway();

  /** Writes a file, DIR in it standing for the directory. */
  protected final void put(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.replace("DIR", directory.toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public final Route route(String url) {
    return route(url, Request.GET, null);
  }

  public final Route route(String url, Request request, @Nullable String connectedTo) {
    return await(reader.route(gateway(), target(url), request, connectedTo));
  }

  /** Names as a table has them. */
  protected static Function<String, Future<Resolution>> names(Map<String, List<String>> table) {
    return name -> {
      List<String> addresses = table.getOrDefault(name, List.of());
      return Future.succeededFuture(
          new Resolution(
              name, Instant.EPOCH, "table", addresses, addresses.isEmpty() ? "NXDOMAIN" : null));
    };
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public static Target target(String url) {
    int slash = url.indexOf('/', url.indexOf("://") + 3);
    URI uri = URI.create(slash < 0 ? url : url.substring(0, slash));
    Scheme scheme = Scheme.valueOf(uri.getScheme().toUpperCase(Locale.ROOT));
    int port = uri.getPort() < 0 ? scheme.defaultPort() : uri.getPort();
    String host = uri.getHost().replace("[", "").replace("]", "");
    return new Target(scheme, Endpoint.of(host, port), slash < 0 ? "/" : url.substring(slash), url);
  }
}
