package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader calls a fault, the real HAProxy refuses, and at the same line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(30)
class HaproxyRefusalTest {
  private static final String HEAD =
      """
      defaults
        mode http
        timeout connect 1s
        timeout client 1s
        timeout server 1s
      """;

  private final Vertx vertx = Vertx.vertx();

  @BeforeAll
  void start() {
    RealHaproxy.require();
  }

  @AfterAll
  void stop() {
    HaproxyDesk.await(vertx.close());
  }

  private List<String> faults(Path directory, String text) {
    HaproxyDesk desk = new HaproxyDesk(vertx, directory).write("haproxy.cfg", text);
    return desk.route("http://127.0.0.1:1/").faults();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frontend web\n  bind :1\n  default_backend nowhere\n",
        "frontend web\n  bind :1\n  use_backend nowhere if TRUE\n",
        "frontend web\n  bind :1\n  use_backend b if undeclared\nbackend b\n",
        "frontend web\n  bind :1\n  http-request deny if !undeclared\n",
        "frontend web\n  bind :1\n  use_backend b if { path /x\nbackend b\n",
        "frontend web\n  bind 127.0.0.1\n",
        "frontend web\n  bind :1\n  server s 127.0.0.1:1\n",
        "backend b\n  server s\n",
        "backend b\n  server s 127.0.0.1:1\n  server s 127.0.0.1:2\n",
        "backend b\nbackend b\n",
        "frontend f\n  bind :1\nlisten f\n  bind :2\n",
        "backend\n",
        "backend b\n  acl x\n",
        "backend b\n  acl x path \"unended\n",
        "frontend web\n  bind :1\n  default_backend b\nbackend b\n  mode tcp\n",
        "frontend web from nobody\n  bind :1\n",
        "backend b\n.if 1\n",
        "backend b\n.endif\n",
        "backend b\n  acl x path \\xZZ\n",
        "backend b\n.alert \"not so\"\n",
      })
  void realOneRefusesItToo(String text, @TempDir Path directory) {
    // Given
    String config = HEAD + text;

    // When
    List<String> faults = faults(directory, config);

    // Then
    RealGateway.Said said = RealHaproxy.check(directory.resolve("haproxy.cfg"));
    assertEquals(1, faults.size(), () -> faults + said.text());
    assertEquals(1, said.status(), said.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frontend web\n  bind :1\n  use_backend %[path] if TRUE\n",
        "frontend web\n  bind :1-3,:::7 v4v6\n  bind unix@/tmp/x.sock\n  bind /tmp/y.sock\n",
        "frontend web\n  bind abns@x\n",
        "backend b\n  server s 127.0.0.1\n  server t localhost:80 backup\n  server u /tmp/s\n",
        "frontend x\n  bind :1\nbackend x\n  server s :+1\n",
        "frontend web\n  bind :1\n  disabled\n  default_backend nowhere\n",
        "backend b\n  acl a path /x\n  http-request deny if a !a or METH_GET HTTP_1.1 || { path /y }\n",
        "backend b\n  http-request set-header X \"it's # %[path,regsub('a,b\\)','')]\" if { path -m reg x{2} }\n",
        "backend b\n  no option httpclose\n  default-server check inter 1s\n",
        "backend b\n  http-request return status 200 content-type text/plain string \"if {\"\n",
        "peers p\n  peer a 127.0.0.1:1\nuserlist u\n  user a insecure-password b\n",
        "resolvers r\n  nameserver a 127.0.0.1:53\nbackend b\n  server-template s 2 localhost:80 resolvers r\n",
        "global\n  setenv A b\ndefaults\n  mode http\nbackend \"${A}\"\n  timeout connect 1s\n  timeout server 1s\n",
        "global\n  setenv A web\nfrontend f\n  mode http\n  timeout client 1s\n  bind \"127.0.0.1:${PORT-9}\"\n",
        "listen l\n  bind :1\n  use-server s if { path /a }\n  server s 127.0.0.1:1\n",
        "cache c\n  total-max-size 4\nbackend b\n  http-request cache-use c if TRUE\n  http-response cache-store c\n",
        "frontend f\n  bind :1\n  http-request track-sc0 src\n  http-request deny if { sc0_http_req_rate gt 5 }\n  stick-table type ip size 10 store http_req_rate(1s)\n",
        "frontend f\r\n  bind :1\r\n",
      })
  void whatRealOneTakesIsNoFault(String text, @TempDir Path directory) {
    // Given
    String config = HEAD + text;

    // When
    List<String> faults = faults(directory, config);

    // Then
    RealGateway.Said said = RealHaproxy.check(directory.resolve("haproxy.cfg"));
    // 2 is for what is right and has nothing to listen at.
    assertNotEquals(1, said.status(), said.text());
    assertEquals(List.of(), faults);
  }
}
