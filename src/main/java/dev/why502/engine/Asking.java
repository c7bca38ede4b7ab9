package dev.why502.engine;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.evidence.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the requests of a close look: the probe's own, sent to another address, or with what the
 * gateway makes of it. Pure. None of them is sent unless its method is safe.
 */
final class Asking {
  /** No request of a close look waits shorter than this, so that slow can be told from hung. */
  static final Duration SHORTEST = Duration.ofSeconds(2);

  private Asking() {}

  /** Host and port as nginx writes addresses: {@code 127.0.0.1:3001}, {@code [::1]:80}. */
  static Endpoint endpoint(String address) {
    if (address.startsWith("unix:")) {
      return Endpoint.unix(address.substring("unix:".length()));
    }
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return Endpoint.of(host, Integer.parseInt(address.substring(colon + 1)));
  }

  /** The Host that the probe sends. */
  static String host(Probe probe) {
    for (Header header : probe.request().headers()) {
      if (header.name().equalsIgnoreCase("Host")) {
        return header.value();
      }
    }
    return probe.target().authority();
  }

  /**
   * A request to one address.
   *
   * @param sni server name for TLS, null for none
   */
  static Probe at(
      Probe edge,
      String id,
      String address,
      Scheme scheme,
      String method,
      String path,
      String host,
      @Nullable String sni,
      List<Header> headers,
      @Nullable String body,
      String version,
      @Nullable String ca) {
    Endpoint endpoint = endpoint(address);
    boolean tls = scheme.tls();
    boolean socket = endpoint.socket() != null;
    Scheme spoken = socket && !tls ? Scheme.UNIX : scheme;
    // The target's host becomes the SNI; an address literal sends none.
    Endpoint named = tls ? Endpoint.of(sni == null ? "127.0.0.1" : sni, port(endpoint)) : endpoint;
    List<Header> sent = new ArrayList<>();
    sent.add(new Header("Host", host));
    for (Header header : headers) {
      if (!header.name().equalsIgnoreCase("Host")) {
        sent.add(header);
      }
    }
    Request request =
        new Request(method, sent, body, tls ? endpoint : null, false, true, ca, version);
    String text =
        socket
            ? "unix:" + endpoint.socket() + ":" + path
            : (tls ? "https://" : "http://") + endpoint.text() + path;
    return probe(edge, id, new Target(spoken, named, path, text), request);
  }

  private static int port(Endpoint endpoint) {
    return endpoint.socket() == null ? endpoint.port() : 443;
  }

  /** Connects and does nothing else. */
  static Probe connect(Probe edge, String id, String address) {
    Endpoint endpoint = endpoint(address);
    Target target = new Target(Scheme.TCP, endpoint, "", "tcp://" + endpoint.text());
    return probe(edge, id, target, Request.GET);
  }

  private static Probe probe(Probe edge, String id, Target target, Request request) {
    Expectation expect = edge.expect();
    Duration timeout = edge.timeout().compareTo(SHORTEST) < 0 ? SHORTEST : edge.timeout();
    return new Probe(
        id,
        target,
        null,
        Map.of(),
        true,
        null,
        null,
        request,
        // Time and certificate are the edge's business.
        new Expectation(
            expect.status(),
            null,
            expect.bodyContains(),
            expect.bodyMatches(),
            expect.json(),
            expect.header(),
            null),
        edge.interval(),
        timeout,
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }

  /** What the gateway makes of the client's headers, as far as the configuration shows it. */
  static List<Header> gatewayHeaders(Probe probe, Route.Pass pass) {
    List<Header> out = new ArrayList<>();
    if (pass.passHeaders()) {
      for (Header own : probe.request().headers()) {
        boolean replaced =
            pass.setHeaders().stream().anyMatch(set -> set.name().equalsIgnoreCase(own.name()));
        if (!replaced && !own.name().equalsIgnoreCase("Host")) {
          out.add(own);
        }
      }
    }
    for (Header set : pass.setHeaders()) {
      boolean connection =
          set.name().equalsIgnoreCase("Connection") || set.name().equalsIgnoreCase("Upgrade");
      if (!set.value().isEmpty()
          && !connection
          && !set.value().equals("***")
          && !set.name().equalsIgnoreCase("Host")) {
        out.add(set);
      }
    }
    return out;
  }

  /** The client's own headers, without Host. */
  static List<Header> ownHeaders(Probe probe) {
    return probe.request().headers().stream()
        .filter(header -> !header.name().equalsIgnoreCase("Host"))
        .toList();
  }

  /** The same request with less time to be answered in. */
  static Probe within(Duration timeout, Probe asked) {
    return new Probe(
        asked.id(),
        asked.target(),
        asked.description(),
        asked.labels(),
        asked.enabled(),
        asked.gateway(),
        asked.upstreams(),
        asked.request(),
        asked.expect(),
        asked.interval(),
        timeout,
        asked.threshold(),
        asked.process(),
        asked.artifacts(),
        asked.logs());
  }

  /** The same request, content with whatever answer comes. */
  static Probe anyAnswer(Probe asked) {
    return new Probe(
        asked.id(),
        asked.target(),
        asked.description(),
        asked.labels(),
        asked.enabled(),
        asked.gateway(),
        asked.upstreams(),
        asked.request(),
        new Expectation(
            List.of(new Expectation.StatusRange(100, 599)),
            null,
            null,
            null,
            Map.of(),
            Map.of(),
            null),
        asked.interval(),
        asked.timeout(),
        asked.threshold(),
        asked.process(),
        asked.artifacts(),
        asked.logs());
  }

  /**
   * What the path may have been meant to be, where a slash too many or too few makes another one:
   * {@code /v1templates} for {@code /v1/templates}, {@code //templates} for {@code /templates}.
   *
   * @param sent what the gateway sends
   * @param client what the client asked for
   */
  static List<String> slashVariants(String sent, String client) {
    List<String> variants = new ArrayList<>();
    String single = sent.replaceAll("/{2,}", "/");
    if (!single.equals(sent)) {
      variants.add(single);
    }
    // The longest end that both have in common is what the location passes on.
    int common = 0;
    while (common < sent.length()
        && common < client.length()
        && sent.charAt(sent.length() - 1 - common) == client.charAt(client.length() - 1 - common)) {
      common++;
    }
    int joint = sent.length() - common;
    if (common > 0 && joint > 1 && sent.charAt(joint) != '/' && sent.charAt(joint - 1) != '/') {
      variants.add(sent.substring(0, joint) + "/" + sent.substring(joint));
    }
    return variants;
  }

  static boolean safe(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS" -> true;
      default -> false;
    };
  }
}
