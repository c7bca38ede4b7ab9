package dev.why502.gateway.apache;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.PcreSample;
import dev.why502.gateway.RouteSample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Targets that stand for what a configuration passes on. */
final class ApacheTargets {
  /** Paths of one configuration that are tried. */
  private static final int MAX_SAMPLES = 2000;

  private final ApacheConfig config;
  private final List<RouteSample> samples = new ArrayList<>();

  private ApacheTargets(ApacheConfig config) {
    this.config = config;
  }

  static List<RouteSample> of(ApacheConfig config) {
    ApacheTargets targets = new ApacheTargets(config);
    if (config.hosts().isEmpty()) {
      config.listens().forEach(listen -> targets.server(config.main(), listen));
    }
    for (ApacheServer host : config.hosts()) {
      ApacheListen listen = targets.listen(host);
      if (listen != null) {
        targets.server(host, listen);
      }
    }
    return targets.samples;
  }

  private @Nullable ApacheListen listen(ApacheServer host) {
    for (ApacheAddress address : host.addresses()) {
      for (ApacheListen listen : config.listens()) {
        boolean port = address.port() == 0 || address.port() == listen.port();
        if (port && (address.wild() || listen.takes(address.host(), listen.port()))) {
          return new ApacheListen(
              address.wild() || !address.literal() ? listen.address() : address.host(),
              listen.port(),
              listen.protocol(),
              listen.directive());
        }
      }
    }
    return null;
  }

  private void server(ApacheServer server, ApacheListen listen) {
    boolean tls = Boolean.TRUE.equals(ApacheVirtualHosts.tls(config, server, listen));
    String address = listen.address() == null ? "127.0.0.1" : listen.address();
    String name = server.name();
    String host = name == null || name.contains("${") ? address : name;
    for (List<ApacheDirective> layer : server.layers()) {
      for (ApacheDirective each : layer) {
        for (String path : paths(each)) {
          add(tls ? Scheme.HTTPS : Scheme.HTTP, host, path, address, listen.port());
        }
      }
    }
  }

  private static List<String> paths(ApacheDirective each) {
    return switch (each.name()) {
      case "proxypass", "proxypassmatch" -> {
        ApacheWorkers.Alias alias = ApacheWorkers.Alias.of(each, null);
        yield alias == null || alias.real().equals("!")
            ? List.of()
            : List.of(alias.regex() ? PcreSample.of(alias.fake()) : alias.fake());
      }
      case "location", "locationmatch" -> {
        boolean passes =
            each.children().stream()
                .anyMatch(
                    inside ->
                        inside.is("proxypass")
                            || inside.is("proxypassmatch")
                            || (inside.is("sethandler") && inside.arg(0).startsWith("proxy:")));
        boolean tilde = each.arg(0).equals("~");
        String path = each.arg(tilde ? 1 : 0);
        yield !passes
            ? List.of()
            : List.of(each.is("locationmatch") || tilde ? PcreSample.of(path) : path);
      }
      case "rewriterule" -> {
        List<String> words = ApacheText.rewriteWords(each.raw());
        boolean proxies =
            words.size() > 2 && words.get(2).matches("(?i)\\[(.*,)?\\s*(P|proxy)\\s*(,.*)?]");
        yield proxies ? List.of(PcreSample.of(words.get(0))) : List.of();
      }
      default -> List.of();
    };
  }

  private void add(Scheme scheme, String host, String path, String address, int port) {
    if (!path.startsWith("/") || samples.size() >= MAX_SAMPLES) {
      return;
    }
    samples.add(
        RouteSample.of(
            scheme,
            Endpoint.of(host, port),
            ByteText.shown(ApacheUri.encoded(path)),
            ApacheAddress.text(address, port),
            null));
  }
}
