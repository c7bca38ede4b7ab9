package dev.why502.gateway.nginx;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.gateway.ConfigDesk;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A directory with a configuration, and a reader that is asked about it. */
final class NginxDesk extends ConfigDesk {
  static final Map<String, List<String>> NAMES =
      Map.of(
          "localhost", List.of("::1", "127.0.0.1"),
          "app.internal", List.of("10.1.2.3"),
          "two.internal", List.of("10.0.0.1", "10.0.0.2"));

  private final NginxReader reader;

  NginxDesk(Vertx vertx, Path directory) {
    this(directory, new NginxReader(vertx, names(NAMES)));
  }

  private NginxDesk(Path directory, NginxReader reader) {
    super(directory, reader);
    this.reader = reader;
  }

  NginxReader reader() {
    return reader;
  }

  NginxDesk write(String name, String text) {
    put(name, text);
    return this;
  }

  /** Inside http, with the rest that nginx wants. */
  NginxDesk http(String text) {
    return write("nginx.conf", "events { worker_connections 64; }\nhttp {\n" + text + "\n}\n");
  }

  @Override
  protected Gateway gateway() {
    return new Gateway(
        "gw", Gateway.Kind.NGINX, directory.resolve("nginx.conf").toString(), null, null, null);
  }

  static Request request(String method, String... headers) {
    List<Header> all = new java.util.ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(new Header(headers[i], headers[i + 1]));
    }
    return new Request(method, all, null, null, false, false, null, "1.1");
  }
}
