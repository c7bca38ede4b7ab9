package dev.why502.matrix;

import dev.why502.diagnosis.Cause;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The visitor does not even get to the gateway. */
final class EdgeFaults {
  private EdgeFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("edge-stopped", "the gateway does not run")
            .is(Cause.EDGE_REFUSED)
            .when(
                ground -> {
                  well(ground);
                  ground.starts = false;
                  ground.name(":" + ground.site.port);
                }),
        Fault.of("edge-name", "the site's name does not resolve")
            .is(Cause.EDGE_DNS)
            .when(
                ground -> {
                  well(ground);
                  ground
                      .edge()
                      .put("target", "http://lost.example:" + ground.site.port + Ground.PATH);
                  ground.name("lost.example");
                }),
        tls("edge-expired", "the site's certificate has expired", "expired", "ca")
            .is(Cause.EDGE_TLS_EXPIRED),
        tls("edge-foreign", "the site's certificate is another name's", "foreign", "ca")
            .is(Cause.EDGE_TLS_WRONG_HOST),
        tls("edge-untrusted", "nobody knows who signed the site's certificate", "edge", "stranger")
            .is(Cause.EDGE_TLS_UNTRUSTED));
  }

  private static void well(Ground ground) throws Exception {
    int port = ground.service(Manners.well());
    ground.sendTo(port);
    ground.declareWell(port);
    ground.watchesWell = false;
  }

  private static Fault tls(String id, String title, String shown, String trusted) {
    return Fault.of(id, title)
        .when(
            ground -> {
              well(ground);
              ground.site.certificate = ground.certificates.pem(shown);
              ground.site.key = ground.certificates.key(shown);
              ground
                  .edge()
                  .put("target", "https://" + Site.NAME + ":" + ground.site.port + Ground.PATH)
                  .put(
                      "request",
                      new JsonObject().put("ca", ground.certificates.pem(trusted).toString()));
            });
  }
}
