package dev.why502.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes on a small file system, fills it, makes room again, and tells what came of it. */
final class FullDisk {
  private FullDisk() {}

  public static void main(String[] arguments) throws Exception {
    Path place = Path.of(arguments[0]);
    // The native library alone would fill it.
    System.setProperty("org.sqlite.tmpdir", place.resolveSibling("small-native").toString());
    Files.createDirectories(place.resolveSibling("small-native"));
    VertxInternal vertx = (VertxInternal) Vertx.vertx();
    StoreContract.Heard heard = new StoreContract.Heard();
    Path data = place.resolve("data");
    Journal journal =
        Journal.start(
            vertx,
            StoreContract.QUICK,
            "",
            () -> StoreContract.T0,
            heard,
            tell -> new SqliteDatabase(vertx, data, () -> StoreContract.T0, tell));
    List<Future<Void>> added = new ArrayList<>();
    for (int n = 1; n <= 400; n++) {
      if (n == 50) {
        StoreContract.await(Future.all(added));
        fill(place.resolve("other"));
      }
      Instant at = StoreContract.T0.plusSeconds(n);
      added.add(
          journal.add(
              new Entry.VerdictChange(
                  "shop", n, at, at, "down", "x", "certain", "x".repeat(1_000))));
    }
    StoreContract.until(() -> journal.errors() >= 3);
    Files.delete(place.resolve("other"));
    StoreContract.await(Future.all(added));
    StoreContract.until(() -> !journal.failing());
    long next = 1;
    for (Row row :
        StoreContract.await(
            journal.database().look(Statement.of("SELECT seq FROM verdict_change ORDER BY at")))) {
      next += row.number(0) == next ? 1 : 0;
    }
    System.out.printf(
        "%d failing, %d caught up, %d dropped, %d of 400 in order%n%s%n",
        heard.all.stream().filter(text -> text.startsWith("failing")).count(),
        heard.all.stream().filter(text -> text.equals("caught up")).count(),
        journal.dropped(),
        next - 1,
        heard.all);
    StoreContract.await(journal.close(Duration.ofSeconds(5)));
    StoreContract.await(vertx.close());
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] some = new byte[4096];
      while (true) {
        out.write(some);
      }
    } catch (IOException e) {
      // Full.
    }
  }
}
