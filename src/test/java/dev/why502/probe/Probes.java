package dev.why502.probe;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds probes for tests. */
final class Probes {
  private Probes() {}

  static Probe of(Target target, Request request, Expectation expect, Duration timeout) {
    return of("p", target, request, expect, Duration.ofSeconds(10), timeout);
  }

  static Probe of(
      String id,
      Target target,
      Request request,
      Expectation expect,
      Duration interval,
      Duration timeout) {
    return new Probe(
        id,
        target,
        null,
        Map.of(),
        true,
        null,
        null,
        request,
        expect,
        interval,
        timeout,
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }

  static Probe get(Target target) {
    return of(target, Request.GET, Expectation.DEFAULT, Duration.ofSeconds(1));
  }

  static Probe get(Target target, Request request) {
    return of(target, request, Expectation.DEFAULT, Duration.ofSeconds(2));
  }

  static Target target(Scheme scheme, String host, int port, String path) {
    String text = scheme.name().toLowerCase(Locale.ROOT) + "://" + host + ":" + port + path;
    return new Target(scheme, Endpoint.of(host, port), path, text);
  }

  static Target http(int port) {
    return target(Scheme.HTTP, "127.0.0.1", port, "/");
  }

  static Target unix(String path) {
    return new Target(Scheme.UNIX, Endpoint.unix(path), "/", "unix:" + path + ":/");
  }

  static Request request(String method, List<Header> headers, @Nullable String body) {
    return new Request(method, headers, body, null, false, false, null, "1.1");
  }

  static Request following(List<Header> headers) {
    return new Request("GET", headers, null, null, true, false, null, "1.1");
  }

  static Request tls(boolean insecure, @Nullable String ca, @Nullable Endpoint connectTo) {
    return new Request("GET", List.of(), null, connectTo, false, insecure, ca, "1.1");
  }
}
