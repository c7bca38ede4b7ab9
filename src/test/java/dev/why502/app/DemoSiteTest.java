package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(20)
class DemoSiteTest {
  private static final Instant AT = Instant.parse("2025-09-18T09:46:00Z");

  private DemoSite site;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    site = await(DemoSite.start(vertx, InstantSource.fixed(AT)));
  }

  @AfterEach
  void close() throws Exception {
    await(site.close());
  }

  @Test
  void publicSideFailsWhileTheServiceIsWell() throws Exception {
    // When
    HttpResponse<String> edge = get(site.edge().resolve(DemoSite.API));
    HttpResponse<String> front = get(site.edge().resolve("/"));
    HttpResponse<String> direct = get(site.upstream().resolve(DemoSite.API));

    // Then
    assertEquals(502, edge.statusCode());
    assertEquals("why502-demo", edge.headers().firstValue("Server").orElse(""));
    assertTrue(edge.body().contains("502 Bad Gateway"), edge.body());
    assertEquals(200, front.statusCode());
    assertEquals(200, direct.statusCode());
    assertTrue(direct.body().contains("templates"), direct.body());
  }

  @Test
  void failureIsLoggedAsNginxLogsIt() throws Exception {
    // When
    get(site.edge().resolve(DemoSite.API));

    // Then
    String time =
        DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss")
            .format(AT.atZone(ZoneId.systemDefault()));
    long pid = ProcessHandle.current().pid();
    assertEquals(
        time
            + " [error] "
            + pid
            + "#"
            + pid
            + ": *1 connect() failed (111: Connection refused) while connecting to upstream,"
            + " client: 127.0.0.1, server: shop.localhost, request: \"GET "
            + DemoSite.API
            + " HTTP/1.1\", upstream: \"http://127.0.0.1:"
            + site.wrongPort()
            + DemoSite.API
            + "\", host: \""
            + site.edge().getAuthority()
            + "\"\n",
        Files.readString(site.errorLog()));
  }

  @Test
  void repairIsOneLineAndHelps() throws Exception {
    // Given
    assertEquals(502, get(site.edge().resolve(DemoSite.API)).statusCode());
    String before = Files.readString(site.site());

    // When
    await(site.repair());

    // Then
    String after = Files.readString(site.site());
    assertEquals(
        before.replace("proxy_pass http://127.0.0.1:" + site.wrongPort(), "X"),
        after.replace("proxy_pass http://127.0.0.1:" + site.rightPort() + "/api/", "X/api/"));
    HttpResponse<String> edge = get(site.edge().resolve(DemoSite.API));
    assertEquals(200, edge.statusCode());
    assertTrue(edge.body().contains("templates"), edge.body());
  }

  @Test
  void wrongPortRefusesAndCannotBeTaken() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    assertThrows(ConnectException.class, () -> new Socket(loopback, site.wrongPort()).close());
    assertThrows(
        BindException.class, () -> new ServerSocket(site.wrongPort(), 1, loopback).close());
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    // Given
    Path directory = site.config().getParent();
    assertTrue(Files.exists(directory));

    // When
    await(site.close());

    // Then
    assertFalse(Files.exists(directory));
    assertThrows(IOException.class, () -> get(site.edge().resolve("/")));
  }

  @Test
  void nginxItselfAcceptsTheConfiguration() throws Exception {
    // Given
    Path nginx = Path.of("/usr/sbin/nginx");
    boolean required = Boolean.getBoolean("why502.require.gateways");
    assumeTrue(required || Files.isExecutable(nginx), "nginx is not installed: not shown");

    // When
    Process process =
        new ProcessBuilder(nginx.toString(), "-t", "-c", site.config().toString())
            .redirectErrorStream(true)
            .start();

    // Then
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    assertTrue(said.contains("test is successful"), said);
  }

  private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
