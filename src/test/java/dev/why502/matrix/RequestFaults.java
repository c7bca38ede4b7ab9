package dev.why502.matrix;

import static dev.why502.definition.Gateway.Kind.APACHE;
import static dev.why502.definition.Gateway.Kind.CADDY;
import static dev.why502.definition.Gateway.Kind.HAPROXY;
import static dev.why502.definition.Gateway.Kind.NGINX;

import dev.why502.diagnosis.Cause;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The service is well, and the gateway does not ask it as it wants to be asked. */
final class RequestFaults {
  private RequestFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("plain-to-tls", "plain HTTP to a TLS port")
            .is(Cause.GATEWAY_WRONG_SCHEME)
            .configured()
            .when(
                ground -> {
                  int port = ground.tlsService("app", Manners.well());
                  ground.sendTo(port);
                  declareTls(ground, port);
                  ground.name(":" + port);
                }),
        Fault.of("tls-to-plain", "TLS to a plain port")
            .is(Cause.GATEWAY_WRONG_SCHEME)
            .configured()
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.tls = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port);
                }),
        Fault.of("tls-to-mute", "TLS to a plain port that hangs up on it")
            .is(Cause.GATEWAY_WRONG_SCHEME)
            .configured()
            .when(
                ground -> {
                  int port = ground.service(Manners.strict());
                  ground.site.tls = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port);
                }),
        untrusted(
            "untrusted", "the upstream's authority is not the trusted one", "app", "stranger"),
        untrusted("expired", "the upstream's certificate has expired", "expired", "ca"),
        untrusted("name-mismatch", "the upstream's certificate is another name's", "foreign", "ca"),
        Fault.of("no-sni", "the upstream wants a server name (SNI) and gets none")
            .is(Cause.GATEWAY_WRONG_HOST)
            .configured()
            .not(APACHE, "it sends the Host that it passes on as server name")
            .not(CADDY, "it sends a server name wherever it knows one")
            .when(
                ground -> {
                  int port = ground.port();
                  ground.with(StrictTls.start(ground, port));
                  ground.site.tls = true;
                  ground.site.expects = ground.kind == NGINX ? null : "app.internal";
                  ground.site.sendsName = false;
                  ground.sendTo(port);
                  ground
                      .declare("backend", "https://app.internal:" + port + Ground.PATH)
                      .put(
                          "request",
                          new JsonObject()
                              .put("connectTo", "127.0.0.1:" + port)
                              .put("ca", ground.certificates.pem("ca").toString()));
                  ground.mustBeUp.add("backend");
                  ground.name(":" + port, "app.internal");
                }),
        Fault.of("path-cut", "the prefix of the path is cut off")
            .is(Cause.GATEWAY_WRONG_PATH)
            .configured()
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.strips = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port, Ground.PATH);
                }),
        Fault.of("host-lost", "the service knows its own Host only, and gets another")
            .is(Cause.GATEWAY_WRONG_HOST)
            .configured()
            .when(
                ground -> {
                  int port =
                      ground.service(
                          Manners.by(
                              asked ->
                                  asked.header("host").startsWith(Site.NAME)
                                      ? Manners.items()
                                      : Manners.answer(404, "{\"detail\":\"no such site\"}")));
                  ground.site.keepsHost = false;
                  ground.sendTo(port);
                  ground
                      .declare("backend", "http://" + Site.NAME + Ground.PATH)
                      .put("request", new JsonObject().put("connectTo", "127.0.0.1:" + port));
                  ground.mustBeUp.add("backend");
                  ground.name(Site.NAME);
                }),
        Fault.of("header-dropped", "a header that the service needs is taken away")
            .is(Cause.GATEWAY_ALTERS_REQUEST)
            .configured()
            .when(
                ground -> {
                  int port =
                      ground.service(
                          Manners.by(
                              asked ->
                                  asked.header("x-tenant").equals("blue")
                                      ? Manners.items()
                                      : Manners.answer(400, "{\"detail\":\"which tenant?\"}")));
                  ground.site.drops = "X-Tenant";
                  ground.sendTo(port);
                  JsonObject tenant = new JsonObject().put("X-Tenant", "blue");
                  ground.request().put("headers", tenant);
                  ground.declareWell(port).put("request", new JsonObject().put("headers", tenant));
                  ground.name("X-Tenant");
                }),
        Fault.of("no-upgrade", "a WebSocket's Upgrade is not passed on")
            .is(Cause.GATEWAY_MISSING_UPGRADE)
            .configured()
            .not(HAPROXY, "it always passes Upgrade on")
            .not(CADDY, "it always passes Upgrade on")
            .when(
                ground -> {
                  int port = ground.service(Manners.webSocket());
                  ground.site.upgrades = false;
                  ground.sendTo(port);
                  ground
                      .edge()
                      .put("target", "ws://" + Site.NAME + ":" + ground.site.port + Ground.PATH);
                  ground.declare("backend", "ws://127.0.0.1:" + port + Ground.PATH);
                  ground.mustBeUp.add("backend");
                  ground.watchesWell = false;
                  ground.name(":" + port);
                }),
        Fault.of("loop", "it sends the request to itself")
            .is(Cause.GATEWAY_LOOP)
            .configured()
            .when(
                ground -> {
                  int right = ground.service(Manners.well());
                  ground.sendTo(ground.site.port);
                  ground.site.connections = 64;
                  ground.declareWell(right);
                  ground.watchesWell = false;
                  ground.name(":" + ground.site.port);
                }),
        Fault.of("wrong-service", "another service listens where it sends")
            .is(Cause.UPSTREAM_WRONG_SERVICE)
            .configured()
            .when(
                ground -> {
                  int other = ground.service(Manners.always(404));
                  int right = ground.service(Manners.well());
                  ground.sendTo(other);
                  ground.declareWell(right);
                  ground.name(":" + other, right);
                }));
  }

  private static void declareTls(Ground ground, int port) {
    ground
        .declare("backend", "https://127.0.0.1:" + port + Ground.PATH)
        .put("request", new JsonObject().put("ca", ground.certificates.pem("ca").toString()));
    ground.mustBeUp.add("backend");
  }

  private static Fault untrusted(String id, String title, String shown, String trusted) {
    return Fault.of(id, title)
        .is(Cause.GATEWAY_UPSTREAM_UNTRUSTED)
        .when(
            ground -> {
              int port = ground.tlsService(shown, Manners.well());
              ground.site.tls = true;
              ground.site.trusts = ground.certificates.pem(trusted);
              ground.site.expects = "app.internal";
              ground.sendTo(port);
              ground
                  .declare("backend", "https://127.0.0.1:" + port + Ground.PATH)
                  .put("request", new JsonObject().put("insecure", true));
              ground.mustBeUp.add("backend");
              ground.name(":" + port);
            });
  }

  /** Statuses as an expectation writes them. */
  static JsonObject statuses(Object... all) {
    return new JsonObject().put("status", new JsonArray(List.of(all)));
  }
}
