package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The other half of reliability promise R18: a line that is quoted stands, word for word, at its
 * number in the file that has the fingerprint given with it, however fast the file changes.
 */
@Timeout(60)
class R18QuotedLineTest {
  private static final int LOOKS = 1_000;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void quotedLineStandsInTheFileOfItsFingerprint() throws Exception {
    // Given
    NginxDesk desk = new NginxDesk(vertx, directory);
    desk.http("include DIR/site;");
    Path site = directory.resolve("site");
    Map<String, List<String>> versions = new ConcurrentHashMap<>();
    write(site, 0, versions);
    int quoted = 0;
    for (int i = 1; i <= LOOKS; i++) {
      // When
      int version = i;
      Thread other = new Thread(() -> write(site, version, versions));
      other.start();
      Route route = desk.route("http://127.0.0.1/", Request.GET, null);
      other.join();
      // Then
      Place place = route.pass() == null ? null : route.pass().place();
      assertTrue(place != null && place.sha256() != null, route.toString());
      List<String> file = versions.get(place.sha256());
      assertTrue(file != null, "a fingerprint of no version");
      assertEquals(place.text(), file.get(place.line() - 1).strip());
      quoted++;
    }
    assertTrue(versions.size() > LOOKS / 2, versions.size() + " versions");
    System.out.println(
        "R18: "
            + quoted
            + " lines quoted while the file changed "
            + (versions.size() - 1)
            + " times, 0 that the file lacks");
  }

  /** Each version has the line elsewhere, and another port in it. */
  private static void write(Path site, int version, Map<String, List<String>> versions) {
    String text =
        "server {\n"
            + "# moved\n".repeat(version % 7)
            + "  location / {\n    proxy_pass http://127.0.0.1:"
            + (2_000 + version)
            + ";\n  }\n}\n";
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      versions.put(hash, text.lines().toList());
      Path next = site.resolveSibling("next");
      Files.write(next, bytes);
      Files.move(next, site, StandardCopyOption.ATOMIC_MOVE);
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }
}
