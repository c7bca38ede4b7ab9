package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that cannot prove who it is gets no message, and so no secret. */
@Timeout(30)
class UntrustedTest {
  @Test
  void receiverWithACertificateOfItsOwnMakingIsToldNothing(@TempDir Path folder) throws Exception {
    // Given
    Path store = folder.resolve("self.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret",
                "-dname",
                "CN=hooks.example",
                "-ext",
                "san=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(true, made.waitFor(20, TimeUnit.SECONDS) && made.exitValue() == 0);
    AtomicInteger came = new AtomicInteger();
    try (Telling telling = new Telling()) {
      HttpServer server =
          telling
              .vertx
              .createHttpServer(
                  new HttpServerOptions()
                      .setSsl(true)
                      .setKeyCertOptions(
                          new PfxOptions().setPath(store.toString()).setPassword("secret")))
              .requestHandler(
                  request -> {
                    came.incrementAndGet();
                    request.response().end("ok");
                  })
              .listen(0, "127.0.0.1")
              .await();
      Target url =
          new Target(
              Scheme.HTTPS,
              Endpoint.of("127.0.0.1", server.actualPort()),
              "/services/T0/B0/x",
              "https://127.0.0.1/services/T0/B0/x");
      telling
          .configure(
              new Receiver("ops", null, new Post(Format.SLACK, List.of(url), List.of(), null)))
          .await();
      // When
      Receipt receipt = telling.notifier.test("ops").await();
      // Then
      assertEquals(new Receipt(false, "TLS failed, or its certificate is not trusted"), receipt);
      assertEquals(0, came.get());
    }
  }
}
