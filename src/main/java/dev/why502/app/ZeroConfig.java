package dev.why502.app;

import dev.why502.conf.Parsed;
import dev.why502.conf.TargetText;
import dev.why502.definition.Definitions;
import dev.why502.definition.Expectation;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Secrets;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.gateway.running.ConfigKind;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code diagnose URL} asks for: definitions of that one edge, with the gateway that answers
 * there, found on this host.
 */
final class ZeroConfig {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Target target;
  private final List<Probe> upstreams;
  private final @Nullable Path config;
  private final @Nullable Path errorLog;
  private volatile String told = "";

  private ZeroConfig(
      Target target, List<Probe> upstreams, @Nullable Path config, @Nullable Path errorLog) {
    this.target = target;
    this.upstreams = upstreams;
    this.config = config;
    this.errorLog = errorLog;
  }

  /** A problem in words where a URL is none. */
  static Parsed<ZeroConfig> of(
      String url, List<String> upstreams, @Nullable Path config, @Nullable Path errorLog) {
    Parsed<Target> target = TargetText.parse(url);
    if (target.value() == null) {
      return new Parsed<>(null, url + ": " + target.problem());
    }
    List<Probe> behind = new ArrayList<>();
    for (String upstream : upstreams) {
      Parsed<Target> one = TargetText.parse(upstream);
      if (one.value() == null) {
        return new Parsed<>(null, upstream + ": " + one.problem());
      }
      String id = upstreams.size() == 1 ? "upstream" : "upstream-" + (behind.size() + 1);
      behind.add(probe(id, one.value(), null, null));
    }
    return new Parsed<>(new ZeroConfig(target.value(), behind, config, errorLog), null);
  }

  /** How the gateway was found, or why none was, in words; empty until then. */
  String told() {
    return told;
  }

  /** The definitions, the edge's probe first. */
  Future<Definitions> definitions(HostSources sources) {
    Arrival arrival = new Arrival(target, Request.GET);
    Path named = config;
    if (named != null) {
      return sources
          .finder()
          .find(arrival, null)
          .compose(
              found ->
                  sources.vertx().executeBlocking(() -> definitions(named(named, found)), false));
    }
    return sources
        .finder()
        .find(arrival, null)
        .compose(
            found ->
                sources.vertx().executeBlocking(() -> definitions(found(found, sources)), false));
  }

  private Definitions definitions(@Nullable Gateway gateway) {
    List<String> ids = upstreams.stream().map(Probe::id).toList();
    List<Probe> probes = new ArrayList<>();
    probes.add(
        probe(
            "site",
            target,
            gateway == null ? null : gateway.id(),
            ids.isEmpty() && gateway == null ? null : ids));
    probes.addAll(upstreams);
    return new Definitions(
        gateway == null ? List.of() : List.of(gateway), probes, List.of(), List.of(), Secrets.NONE);
  }

  /** A file that was named counts, whatever runs; a gateway that runs with it tells its kind. */
  private Gateway named(Path file, Found found) {
    String path = real(file);
    boolean runs = found.config() != null && real(Path.of(found.config())).equals(path);
    Gateway.Kind kind = runs ? found.kind() : ConfigKind.of(file);
    if (kind == null) {
      kind = Gateway.Kind.OTHER;
      told = file + " is not known to be a gateway's configuration";
    } else {
      told = runs ? found.told() : GatewayFinder.name(kind) + " has " + path;
    }
    if (!Files.isReadable(file)) {
      told = file + " cannot be read";
    }
    return gateway(kind, path, runs ? found.errorLog() : null);
  }

  private @Nullable Gateway found(Found found, HostSources sources) {
    told = found.told();
    Gateway.Kind kind = found.kind();
    if (kind == null) {
      Path log = errorLog;
      return log == null
          ? null
          : gateway(
              Objects.requireNonNullElse(ConfigKind.ofLog(log), Gateway.Kind.NGINX), null, null);
    }
    Gateway gateway = gateway(kind, found.config(), found.errorLog());
    if (found.doubt() != null || found.config() == null) {
      told = found.doubt() == null ? found.told() : found.told() + "; " + found.doubt();
      sources.found(gateway, new Arrival(target, Request.GET), found);
    }
    return gateway;
  }

  private Gateway gateway(Gateway.Kind kind, @Nullable String file, @Nullable String log) {
    String id = kind == Gateway.Kind.OTHER ? "gateway" : GatewayFinder.name(kind);
    return new Gateway(id, kind, file, errorLog == null ? log : real(errorLog), null, null);
  }

  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException unreadable) {
      return path.toAbsolutePath().normalize().toString();
    }
  }

  private static Probe probe(
      String id, Target target, @Nullable String gateway, @Nullable List<String> upstreams) {
    return new Probe(
        id,
        target,
        null,
        Map.of(),
        true,
        gateway,
        upstreams,
        Request.GET,
        Expectation.DEFAULT,
        INTERVAL,
        TIMEOUT,
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }
}
