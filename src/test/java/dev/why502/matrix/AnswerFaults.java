package dev.why502.matrix;

import static dev.why502.definition.Gateway.Kind.CADDY;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The service takes the connection, and what it answers is not what was wanted. */
final class AnswerFaults {
  private AnswerFaults() {}

  static List<Fault> all() {
    return List.of(
        wire("hang", "it accepts and never answers", Manners.hang()).is(Cause.UPSTREAM_TIMEOUT),
        Fault.of("slow", "it answers well, and later than the gateway waits")
            .is(Cause.GATEWAY_TIMEOUT_TOO_SHORT)
            .configured()
            .when(
                ground -> {
                  int port = ground.service(Manners.later(1300, Manners.well()));
                  ground.timeout = "4s";
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port);
                }),
        wire("reset-at-once", "it resets each connection at once", Manners.resetAtOnce())
            .is(Cause.UPSTREAM_RESET),
        wire("close", "it reads the request and closes", Manners.closeAfterRequest())
            .is(Cause.UPSTREAM_RESET),
        wire("reset", "it reads the request and resets", Manners.resetAfterRequest())
            .is(Cause.UPSTREAM_RESET),
        wire(
                "header-cut",
                "it breaks off in the header",
                Manners.say("HTTP/1.1 200 OK\r\nServer: app/1\r\nContent-Ty"))
            .is(Cause.UPSTREAM_RESET),
        Fault.of("garbage", "it answers bytes that are no HTTP")
            .is(Cause.UPSTREAM_INVALID_RESPONSE)
            .when(
                ground -> {
                  int port = ground.service(Manners.say("\u0015\u0003\u0001zzz\r\n\0\0"));
                  ground.sendTo(port);
                  ground.declareFaulty(port);
                  // Apache makes a good answer of it.
                  ground.edge().put("expect", new JsonObject().put("bodyContains", "items"));
                  ground.name(":" + port);
                }),
        wire("ssh", "an SSH server holds the port", Manners.greet("SSH-2.0-OpenSSH_9.2p1\r\n"))
            .is(Cause.UPSTREAM_WRONG_SERVICE),
        wire(
                "header-invalid",
                "a header name of its answer has a space in it",
                Manners.say(Manners.answer(200, "ok", "Bad Name: x")))
            .is(Cause.UPSTREAM_INVALID_RESPONSE)
            .not(CADDY, "it passes such a header on"),
        Fault.of("header-large", "its answer's header exceeds the gateway's buffer")
            .is(Cause.GATEWAY_HEADER_LIMIT)
            .configured()
            .not(CADDY, "it passes any header size on")
            .when(
                ground -> {
                  StringBuilder cookie = new StringBuilder("Set-Cookie: session=");
                  cookie.append(
                      "x"
                          .repeat(
                              ground.kind == dev.why502.definition.Gateway.Kind.HAPROXY
                                  ? 20_000
                                  : 9_000));
                  String large = cookie.toString();
                  int port = ground.service(Manners.by(asked -> Manners.answer(200, "{}", large)));
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port);
                }),
        wire("body-cut", "it breaks off in the body", Manners.breakOff(false))
            .is(Cause.UPSTREAM_TRUNCATED),
        wire("body-stalls", "it falls silent in the body", Manners.breakOff(true))
            .is(Cause.UPSTREAM_TRUNCATED),
        wire("error", "it answers 500 itself", Manners.always(500)).is(Cause.UPSTREAM_ERROR),
        wire("unavailable", "it answers 503 itself", Manners.always(503)).is(Cause.UPSTREAM_ERROR),
        wire(
                "nested",
                "it is a gateway itself and answers 502",
                Manners.by(
                    asked ->
                        Manners.answer(502, "<html><title>502 Bad Gateway</title></html>")
                            .replace("Server: app/1", "Server: nginx/1.22.1")))
            .is(Cause.UPSTREAM_GATEWAY_ERROR),
        Fault.of("status", "it answers 404")
            .is(Cause.UNEXPECTED_STATUS)
            .when(
                ground -> {
                  int port = ground.service(Manners.always(404));
                  ground.sendTo(port);
                  ground.declareFaulty(port);
                  ground.name("404");
                }),
        expecting(
                "body",
                "its answer lacks what is expected",
                new JsonObject().put("bodyContains", "templates"))
            .is(Cause.UNEXPECTED_BODY),
        expecting(
                "header",
                "its answer lacks a header",
                new JsonObject().put("header", new JsonObject().put("x-build", "7")))
            .is(Cause.UNEXPECTED_HEADER),
        Fault.of("late", "it answers later than is expected, and well")
            .is(Cause.SLOW_RESPONSE)
            .state(State.DEGRADED)
            .when(
                ground -> {
                  int port = ground.service(Manners.later(500, Manners.well()));
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.edge().put("expect", new JsonObject().put("within", "200ms"));
                }),
        Fault.of("redirects", "it redirects to itself for ever")
            .is(Cause.REDIRECT_LOOP)
            .when(
                ground -> {
                  int port =
                      ground.service(
                          Manners.by(
                              asked -> Manners.answer(302, "", "Location: " + asked.path())));
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.request().put("followRedirects", true);
                  ground
                      .edge()
                      .put("expect", new JsonObject().put("status", new JsonArray().add(200)));
                }),
        Fault.of("keep-alive", "it drops each connection that is used again")
            .is(Cause.UPSTREAM_KEEPALIVE_RACE)
            .when(
                ground -> {
                  int port = ground.service(Manners.once());
                  ground.site.keepsOpen = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.request().put("method", "POST").put("body", "{}");
                  ground.beforeEach(Visitor::untilServed);
                  ground.name(":" + port);
                }));
  }

  private static Fault wire(String id, String title, Backend.Manner manner) {
    return Fault.of(id, title)
        .when(
            ground -> {
              int port = ground.service(manner);
              ground.sendTo(port);
              ground.declareFaulty(port);
              ground.name(":" + port);
            });
  }

  private static Fault expecting(String id, String title, JsonObject expected) {
    return Fault.of(id, title)
        .when(
            ground -> {
              int port = ground.service(Manners.well());
              ground.sendTo(port);
              ground.declareWell(port);
              ground.edge().put("expect", expected);
            });
  }
}
