package dev.why502.conf;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(VertxExtension.class)
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class DefinitionsWatcherTest {
  private static final long IN_FORCE_WITHIN_MILLIS = 5_000;
  private static final long QUICK_POLL_MILLIS = 100;
  private static final int SWAPS = 6;

  private final Path directory;

  private final BlockingQueue<Reading> outcomes = new LinkedBlockingQueue<>();

  /** One permit for each time the watcher has read a file that begins with {@code ${env:LOOK}}. */
  private final Semaphore looks = new Semaphore(0);

  private final DefinitionsReader reader =
      new DefinitionsReader(
          name -> {
            if (name.equals("LOOK")) {
              looks.release();
            }
            return name;
          });

  DefinitionsWatcherTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** How a file gets its new content in the field. */
  enum Swap {
    IN_PLACE {
      @Override
      void put(Path directory, String json, String secret) throws IOException {
        Files.writeString(directory.resolve("secret"), secret);
        Files.writeString(directory.resolve("probes.json"), json);
      }
    },
    /** Editors, and every tool that writes carefully. */
    RENAME {
      @Override
      void put(Path directory, String json, String secret) throws IOException {
        for (String name : new String[] {"secret", "probes.json"}) {
          Path next = directory.resolve(name + ".next");
          Files.writeString(next, name.equals("secret") ? secret : json);
          Files.move(next, directory.resolve(name), ATOMIC_MOVE);
        }
      }
    },
    /** Mounted configuration: {@code probes.json -> ..data/probes.json}, {@code ..data -> ..N}. */
    DATA_LINK {
      @Override
      void put(Path directory, String json, String secret) throws IOException {
        Path content = Files.createTempDirectory(directory, "..v");
        Files.writeString(content.resolve("secret"), secret);
        Files.writeString(content.resolve("probes.json"), json);
        Path link = directory.resolve("..data_tmp");
        Files.createSymbolicLink(link, content);
        Files.move(link, directory.resolve("..data"), ATOMIC_MOVE);
        for (String name : new String[] {"secret", "probes.json"}) {
          if (!Files.isSymbolicLink(directory.resolve(name))) {
            Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
          }
        }
      }
    },
    DELETE_AND_CREATE {
      @Override
      void put(Path directory, String json, String secret) throws IOException {
        Files.deleteIfExists(directory.resolve("probes.json"));
        Files.deleteIfExists(directory.resolve("secret"));
        Files.writeString(directory.resolve("secret"), secret);
        Files.writeString(directory.resolve("probes.json"), json);
      }
    };

    abstract void put(Path directory, String json, String secret) throws IOException;
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @EnumSource(Swap.class)
  void everySwapIsInForceWholeAndNothingElse(Swap swap, Vertx vertx) throws Exception {
    // Given
    swap.put(directory, probe("v0"), "v0");
    deploy(vertx, QUICK_POLL_MILLIS);
    for (int i = 1; i <= SWAPS; i++) {
      // When
      swap.put(directory, probe("v" + i), "v" + i);
      // Then
      assertVersion("v" + i, next());
    }
    assertTrue(outcomes.isEmpty(), outcomes.toString());
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @EnumSource(Swap.class)
  void changedSecretAloneIsInForceToo(Swap swap, Vertx vertx) throws Exception {
    // Given
    String json = probe("v");
    swap.put(directory, json, "one");
    deploy(vertx, QUICK_POLL_MILLIS);
    // When
    swap.put(directory, json, "two");
    // Then
    Definitions definitions = next().definitions();
    assertNotNull(definitions);
    assertEquals("two", definitions.probes().get(0).labels().get("secret"));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void realPeriodPutsAChangeIntoForceInTime(Vertx vertx) throws Exception {
    // Given
    Swap.RENAME.put(directory, probe("v0"), "v0");
    deploy(vertx, DefinitionsWatcher.POLL_MILLIS);
    // When
    Swap.RENAME.put(directory, probe("v1"), "v1");
    // Then
    assertVersion("v1", next());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fileThatIsBeingWrittenIsNotRefused(Vertx vertx) throws Exception {
    // Given
    Swap.IN_PLACE.put(directory, probe("v0"), "v0");
    deploy(vertx, 250);
    byte[] json =
        probe("v1")
            .replace("{\"probes", "{\"$schema\": \"${env:LOOK}\", \"probes")
            .getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve("probes.json");
    // When
    Files.write(file, new byte[0]);
    Files.writeString(directory.resolve("secret"), "v1");
    int first = 40;
    int chunk = (json.length - first) / 6;
    for (int from = 0; from < json.length; ) {
      int to = from == 0 ? first : Math.min(json.length, from + chunk);
      Files.write(file, Arrays.copyOfRange(json, from, to), StandardOpenOption.APPEND);
      from = to;
      looks.drainPermits();
      assertTrue(looks.tryAcquire(IN_FORCE_WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }
    // Then
    assertVersion("v1", next());
    assertTrue(outcomes.isEmpty(), outcomes.toString());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void badFileIsRefusedOnceAndTheNextGoodOneAccepted(Vertx vertx) throws Exception {
    // Given
    Swap.RENAME.put(directory, probe("v0"), "v0");
    deploy(vertx, QUICK_POLL_MILLIS);
    // When
    Swap.RENAME.put(directory, "{\"probs\": \"${env:LOOK}\"}", "v0");
    // Then
    Reading refused = next();
    assertNull(refused.definitions());
    assertEquals("/probs", refused.problems().get(0).pointer());
    // What stays as it is is not even read again, and so not refused again.
    looks.drainPermits();
    assertFalse(looks.tryAcquire(QUICK_POLL_MILLIS * 10, TimeUnit.MILLISECONDS));
    assertTrue(outcomes.isEmpty(), outcomes.toString());
    Swap.RENAME.put(directory, probe("v0"), "v0");
    assertVersion("v0", next());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void missingFileIsRefusedOnceAndTakenWhenItIsBack(Vertx vertx) throws Exception {
    // Given
    Swap.IN_PLACE.put(directory, probe("v0"), "v0");
    deploy(vertx, QUICK_POLL_MILLIS);
    // When
    Files.delete(directory.resolve("probes.json"));
    // Then
    assertEquals(
        new Problem(
            "",
            "the definitions, "
                + directory.resolve("probes.json")
                + ", cannot be read: there is no such file"),
        next().problems().get(0));
    Swap.IN_PLACE.put(directory, probe("v0"), "v0");
    assertVersion("v0", next());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void missingSecretIsRefusedAndTakenWhenItComes(Vertx vertx) throws Exception {
    // Given
    Swap.IN_PLACE.put(directory, probe("v0"), "v0");
    deploy(vertx, QUICK_POLL_MILLIS);
    // When
    Files.delete(directory.resolve("secret"));
    // Then
    assertEquals("/probes/0/labels/secret", next().problems().get(0).pointer());
    Files.writeString(directory.resolve("secret"), "v0");
    assertVersion("v0", next());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void reloadAnswersAtOnceAndIsPublishedOnce(Vertx vertx) throws Exception {
    // Given
    Swap.RENAME.put(directory, probe("v0"), "v0");
    DefinitionsWatcher watcher = deploy(vertx, 600_000);
    Swap.RENAME.put(directory, probe("v1"), "v1");
    // When
    Reading good = watcher.reload().await(5, TimeUnit.SECONDS);
    Swap.RENAME.put(directory, "{", "v1");
    Reading bad = watcher.reload().await(5, TimeUnit.SECONDS);
    // Then
    assertVersion("v1", good);
    assertFalse(bad.accepted());
    assertEquals(good, next());
    assertEquals(bad, next());
    assertTrue(outcomes.isEmpty());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void refusalByReloadIsNotToldAgain(Vertx vertx) throws Exception {
    // Given
    Swap.RENAME.put(directory, probe("v0"), "v0");
    DefinitionsWatcher watcher = deploy(vertx, QUICK_POLL_MILLIS);
    Swap.RENAME.put(directory, "{\"probs\": 1}", "v0");
    // When
    Reading bad = watcher.reload().await(5, TimeUnit.SECONDS);
    // Then
    assertEquals(bad, next());
    assertNull(outcomes.poll(QUICK_POLL_MILLIS * 10, TimeUnit.MILLISECONDS));
  }

  private DefinitionsWatcher deploy(Vertx vertx, long pollMillis) throws Exception {
    Path file = directory.resolve("probes.json");
    Reading inForce = reader.read(file);
    assertTrue(inForce.accepted(), inForce.problems().toString());
    DefinitionsWatcher watcher =
        new DefinitionsWatcher(reader, file, inForce, outcomes::add, pollMillis);
    vertx.deployVerticle(watcher).await(5, TimeUnit.SECONDS);
    return watcher;
  }

  private Reading next() throws InterruptedException {
    Reading reading = outcomes.poll(IN_FORCE_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    assertNotNull(reading, "nothing was published in time");
    return reading;
  }

  private static void assertVersion(String version, Reading reading) {
    Definitions definitions = reading.definitions();
    assertNotNull(definitions, reading.problems().toString());
    assertEquals(version, definitions.probes().get(0).id());
    assertEquals(version, definitions.probes().get(0).labels().get("secret"));
  }

  private static String probe(String id) {
    return "{\"probes\": [{\"id\": \""
        + id
        + "\", \"target\": \"http://127.0.0.1:1/\", \"labels\": {\"secret\": \"${file:secret}\"}}]}";
  }
}
