package dev.why502.matrix;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** No fault at all: whoever finds one here finds too much. */
final class HealthyFaults {
  private HealthyFaults() {}

  static List<Fault> all() {
    return List.of(
        healthy("healthy", "nothing is wrong")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.sendTo(port);
                  ground.declareWell(port);
                }),
        healthy("healthy-pool", "nothing is wrong with two services, checked and in use")
            .when(
                ground -> {
                  int first = ground.service(Manners.well());
                  int second = ground.service(Manners.well());
                  ground.site.failsOver = true;
                  ground.site.healthPath = Ground.PATH;
                  ground.sendTo(first);
                  ground.sendTo(second);
                  ground.declareWell(first);
                  ground.declare("second", "http://127.0.0.1:" + second + Ground.PATH);
                  ground.mustBeUp.add("second");
                }),
        healthy("healthy-tls", "nothing is wrong with TLS on both sides")
            .when(
                ground -> {
                  int port = ground.tlsService("app", Manners.well());
                  ground.site.tls = true;
                  ground.site.trusts = ground.certificates.pem("ca");
                  ground.site.expects = "app.internal";
                  ground.site.certificate = ground.certificates.pem("edge");
                  ground.site.key = ground.certificates.key("edge");
                  ground.sendTo(port);
                  ground.watchesWell = false;
                  ground
                      .edge()
                      .put("target", "https://" + Site.NAME + ":" + ground.site.port + Ground.PATH);
                  String ca = ground.certificates.pem("ca").toString();
                  ground.request().put("ca", ca);
                  ground
                      .declare("backend", "https://127.0.0.1:" + port + Ground.PATH)
                      .put("request", new JsonObject().put("ca", ca));
                  ground.mustBeUp.add("backend");
                }),
        healthy("recovered", "the service was down, and is well again")
            .when(
                ground -> {
                  int port = ground.port();
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.then(
                      started -> {
                        for (int i = 0; i < 3; i++) {
                          Visitor.ask(started);
                        }
                        started.with(Backend.start("127.0.0.1", port, null, Manners.well()));
                      });
                }));
  }

  private static Fault healthy(String id, String title) {
    return Fault.of(id, title).is(Cause.OK).state(State.UP);
  }
}
