package dev.why502.matrix;

import static dev.why502.definition.Gateway.Kind.CADDY;
import static dev.why502.definition.Gateway.Kind.HAPROXY;
import static dev.why502.definition.Gateway.Kind.NGINX;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the gateway holds in mind is not what is so now. */
final class StateFaults {
  private static final int MAX_LOOKS = 200;

  private StateFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("not-reloaded", "its file was corrected and not reloaded")
            .is(Cause.GATEWAY_STALE_CONFIG)
            .configured()
            .when(
                ground -> {
                  int dead = ground.port();
                  int right = ground.service(Manners.well());
                  ground.sendTo(dead);
                  ground.declareWell(right);
                  ground.then(
                      started -> {
                        secondPasses();
                        started.gateway().edit(":" + dead, ":" + right);
                      });
                  // HAProxy's log holds no address.
                  ground.name(":" + (ground.kind == HAPROXY ? right : dead));
                }),
        Fault.of("marked-down", "it holds a service out of use that answers again")
            .is(Cause.GATEWAY_MARKED_DOWN)
            .configured()
            .when(
                ground -> {
                  int first = ground.port();
                  int second = ground.port();
                  ground.site.maxFails = 1;
                  ground.sendTo(first);
                  ground.sendTo(second);
                  ground.declare("backend", "http://127.0.0.1:" + first + Ground.PATH);
                  ground.declare("second", "http://127.0.0.1:" + second + Ground.PATH);
                  ground.mustBeUp.add("backend");
                  ground.mustBeUp.add("second");
                  ground.then(
                      started -> {
                        for (int i = 0; i < 4; i++) {
                          Visitor.ask(started);
                        }
                        if (ground.kind == HAPROXY) {
                          // It marks by its own checks, which come twice in this time.
                          pause(500);
                        }
                        started.with(Backend.start("127.0.0.1", first, null, Manners.well()));
                        started.with(Backend.start("127.0.0.1", second, null, Manners.well()));
                      });
                }),
        Fault.of("check-wrong", "its health check asks for a path that is not there")
            .is(Cause.GATEWAY_MARKED_DOWN)
            .configured()
            .not(NGINX, "it has no active health checks")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.healthPath = "/healthz";
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.then(started -> untilStatus(started, 503));
                  ground.name("/healthz");
                }),
        Fault.of("disabled", "its configuration takes the only server out of use")
            .is(Cause.GATEWAY_MARKED_DOWN)
            .configured()
            .not(CADDY, "it has no such setting")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.disabled = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                }),
        Fault.of("one-dead", "one of two services is dead, and a failover hides it")
            .is(Cause.UPSTREAM_REFUSED)
            .state(State.DEGRADED)
            .when(
                ground -> {
                  int dead = ground.port();
                  int well = ground.service(Manners.well());
                  ground.site.failsOver = true;
                  ground.sendTo(dead);
                  ground.sendTo(well);
                  ground.declare("dead", "http://127.0.0.1:" + dead + Ground.PATH);
                  ground.declareWell(well);
                  ground.name(":" + dead);
                }),
        Fault.of("frozen", "its workers are stopped")
            .is(Cause.EDGE_TIMEOUT)
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.watchesWell = false;
                  ground.then(
                      started -> {
                        started.gateway().signal("STOP", started.gateway().pid());
                        for (long worker : started.gateway().workers()) {
                          started.gateway().signal("STOP", worker);
                        }
                      });
                }));
  }

  /** Process start times are known to a hundredth, and to be told apart need a moment. */
  private static void secondPasses() throws InterruptedException {
    pause(1100);
  }

  private static void pause(long millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  /** Waits until the gateway's own checks have come to their conclusion. */
  private static void untilStatus(Ground ground, int status) throws Exception {
    for (int i = 0; i < MAX_LOOKS; i++) {
      if (Visitor.ask(ground) == status) {
        return;
      }
      pause(25);
    }
    throw new AssertionError("it never answers " + status);
  }
}
