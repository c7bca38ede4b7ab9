package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent to a peer, with one thing changed, so that a difference between the
 * answers names the cause. Unchanged until told otherwise.
 */
final class Variation {
  private final Scene scene;
  private final Answer base;
  private String address;
  private Scheme scheme;
  private String path;
  private String host;
  private @Nullable String sni;
  private String method;
  private List<Request.Header> headers;
  private @Nullable String body;
  private String version;

  Variation(Scene scene, Answer base) {
    this.scene = scene;
    Probe probe = scene.probe();
    Route.Pass pass = scene.pass();
    this.base = base;
    this.address = base.address();
    this.scheme = base.scheme() == Scheme.UNIX ? Scheme.HTTP : base.scheme();
    this.path = base.path();
    this.host = base.host();
    this.sni = pass == null ? null : pass.sni();
    this.method = base.method();
    this.headers = pass == null ? Asking.ownHeaders(probe) : Asking.gatewayHeaders(probe, pass);
    this.body = pass == null || pass.passBody() ? probe.request().body() : null;
    this.version = pass == null ? "1.1" : pass.httpVersion();
  }

  void otherScheme() {
    scheme = scheme.tls() ? Scheme.HTTP : Scheme.HTTPS;
    sni = null;
  }

  void path(String other) {
    path = other;
  }

  void host(String other, String serverName) {
    host = other;
    sni = serverName;
  }

  /** What a gateway's health check asks, which may go to another port. */
  void check(String checkMethod, String uri, int port) {
    method = checkMethod;
    path = uri;
    body = null;
    int colon = address.lastIndexOf(':');
    if (port > 0 && !address.startsWith("unix:") && colon > 0) {
      address = address.substring(0, colon + 1) + port;
    }
  }

  void clientRequest() {
    Probe probe = scene.probe();
    method = probe.request().method();
    headers = Asking.ownHeaders(probe);
    body = probe.request().body();
    if (probe.target().scheme().webSocket()) {
      scheme = scheme.tls() ? Scheme.WSS : Scheme.WS;
      version = "1.1";
    }
  }

  Future<?> send(Role role) {
    return scene.ask(
        role,
        Chapter.VARIANT,
        base.upstream(),
        address,
        scheme,
        method,
        path,
        host,
        sni,
        headers,
        body,
        version,
        null);
  }

  /** The same without a body, for a connection that is used twice. */
  Probe withoutBody() {
    return Asking.at(
        scene.probe(),
        scene.probe().id(),
        base.address(),
        scheme,
        method,
        path,
        host,
        sni,
        headers,
        null,
        "1.1",
        null);
  }
}
