package dev.why502.gateway.haproxy;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.gateway.ConfigDesk;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A directory with a configuration, and a reader that is asked about it. */
final class HaproxyDesk extends ConfigDesk {
  static final Map<String, List<String>> NAMES =
      Map.of(
          "localhost", List.of("127.0.0.1"),
          "app.internal", List.of("10.1.2.3"),
          "two.internal", List.of("10.0.0.1", "10.0.0.2"));

  final HaproxyReader reader;

  HaproxyDesk(Vertx vertx, Path directory) {
    this(directory, new HaproxyReader(vertx, names(NAMES), InstantSource.fixed(Instant.EPOCH)));
  }

  private HaproxyDesk(Path directory, HaproxyReader reader) {
    super(directory, reader);
    this.reader = reader;
  }

  Path config() {
    return directory.resolve("haproxy.cfg");
  }

  HaproxyDesk write(String name, String text) {
    put(name, text);
    return this;
  }

  @Override
  protected Gateway gateway() {
    return gateway(config().toString());
  }

  static Gateway gateway(String config) {
    return new Gateway("gw", Gateway.Kind.HAPROXY, config, null, null, null);
  }

  static Request request(String method, List<Header> headers) {
    return new Request(method, new ArrayList<>(headers), null, null, false, false, null, "1.1");
  }
}
