package dev.why502.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.sqlite.SQLiteErrorCode;

@Execution(ExecutionMode.CONCURRENT)
class SqliteStoreTest extends StoreContract {
  @TempDir Path root = Path.of("");
  private Path directory = root;

  @Override
  @BeforeEach
  void empty() throws IOException {
    anew();
  }

  @Override
  void anew() throws IOException {
    directory = Files.createTempDirectory(root, "store");
  }

  @Override
  Database database(String node, Consumer<String> tell) {
    return new SqliteDatabase(vertxOf(), directory.resolve("data"), () -> T0, tell);
  }

  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");

  private Path data() {
    return directory.resolve("data");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void filesAreNobodyElses() throws Exception {
    // Given
    Journal journal = journal();

    // When
    addAll(journal, verdict("shop", 1, "down"));

    // Then
    assertEquals(
        PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(data()));
    for (String name : List.of("why502.db", "why502.db-wal", "why502.db-shm", "why502.lock")) {
      assertEquals(OURS, Files.getPosixFilePermissions(data().resolve(name)), name);
    }
    assertTrue(System.getProperty("org.sqlite.tmpdir").endsWith("/data/native"));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void brokenFileIsSetAsideAndTold() throws Exception {
    // Given
    addAll(again(journal()), verdict("shop", 1, "down"));
    closeAll();
    byte[] bytes = Files.readAllBytes(data().resolve("why502.db"));
    Arrays.fill(bytes, 4096, bytes.length, (byte) 'x');
    List<byte[]> broken = List.of(bytes, "this is no database at all".repeat(99).getBytes(UTF_8));
    for (byte[] content : broken) {
      Files.write(data().resolve("why502.db"), content);
      Heard heard = new Heard();

      // When
      Journal journal = journal(QUICK, NODE, heard, tell -> database(NODE, tell));
      Memory memory = await(journal.load());
      addAll(journal, verdict("shop", 2, "up"));
      closeAll();

      // Then
      assertEquals(0, memory.lastSeq());
      assertEquals(1, heard.all.size(), heard.all::toString);
      String aside = data() + "/why502.db.corrupt-20260301T123456.789Z";
      assertTrue(heard.all.get(0).contains(aside), heard.all::toString);
      assertArrayEquals(content, Files.readAllBytes(Path.of(aside)));
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fileThatBreaksUnderwayIsSetAsideToo() throws Exception {
    // Given
    addAll(journal(), verdict("shop", 1, "down"));
    closeAll();
    Heard heard = new Heard();
    FailingDriver driver = new FailingDriver(20, SQLiteErrorCode.SQLITE_CORRUPT);

    // When
    Journal journal = journal(QUICK, NODE, heard, tell -> database(driver, tell));
    addAll(journal, verdict("shop", 2, "up"));
    until(() -> !journal.failing());

    // Then
    assertEquals(3, heard.all.size(), heard.all::toString);
    assertEquals("caught up", heard.all.get(2));
    assertEquals(
        1,
        await(journal.archive().verdictChanges(null, null, null, Paging.first(9))).rows().size());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fileThatIsTakenAwayIsMadeAnew() throws Exception {
    // Given
    Heard heard = new Heard();
    Journal journal = journal(QUICK, NODE, heard, tell -> database(NODE, tell));
    addAll(journal, verdict("shop", 1, "down"));

    // When
    for (String name : List.of("why502.db", "why502.db-wal", "why502.db-shm")) {
      Files.delete(data().resolve(name));
    }
    addAll(journal, verdict("shop", 2, "up"));

    // Then
    until(() -> !journal.failing());
    assertEquals(List.of("failing: " + data() + "/why502.db is gone", "caught up"), heard.all);
    assertTrue(Files.exists(data().resolve("why502.db")));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void shrunkStoreGivesItsRoomBack() throws Exception {
    // Given
    Keeping tight = Keeping.DEFAULT.withMaxBytes(1 << 20);
    Journal filling = journal();
    for (int i = 0; i < 20; i++) {
      List<Entry> entries = new ArrayList<>();
      for (int j = 0; j < 100; j++) {
        Instant at = T0.minusSeconds(10_000 - i * 100 - j);
        entries.add(
            new Entry.VerdictChange(
                "p", i * 100 + j, at, at, "down", "x", "certain", "x".repeat(2_000)));
      }
      addAll(filling, entries.toArray(Entry[]::new));
    }
    closeAll();
    long before = Files.size(data().resolve("why502.db"));

    // When
    Journal journal =
        journal(withPruning(tight), NODE, StoreListener.NONE, tell -> database(NODE, tell));

    await(journal.load());

    // Then
    assertTrue(before > 4_000_000);
    until(
        () ->
            await(journal.database().usedBytes(0)) <= (1 << 20) / 10 * 9
                && !await(journal.database().shrink()));
    closeAll();
    long after = Files.size(data().resolve("why502.db"));
    assertTrue(after <= 1 << 20, () -> before + " -> " + after);
    System.err.printf(
        "a store of %d kB, bounded to 1024 kB, is now %d kB%n", before >> 10, after >> 10);
  }

  private static void limit(FailingDriver driver, int pages) throws SQLException {
    try (java.sql.Statement statement = driver.opened.get(0).createStatement()) {
      statement.execute("PRAGMA max_page_count=" + pages);
    }
  }

  private Database database(FailingDriver driver, Consumer<String> tell) {
    return new SqliteDatabase(vertxOf(), data(), () -> T0, tell, driver::open);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fullFileIsToldOnceAndCaughtUp() throws Exception {
    // Given
    Heard heard = new Heard();
    FailingDriver driver = new FailingDriver(-1, SQLiteErrorCode.SQLITE_OK);
    Journal journal = journal(QUICK, NODE, heard, tell -> database(driver, tell));
    await(journal.load());
    limit(driver, 60);
    List<Future<Void>> added = new ArrayList<>();

    // When
    for (int i = 1; i <= 300; i++) {
      Instant at = T0.plusSeconds(i);
      added.add(
          journal.add(
              new Entry.VerdictChange("p", i, at, at, "down", "x", "certain", "x".repeat(2_000))));
    }
    until(() -> journal.errors() >= 4);
    long waiting = journal.pending();
    assertTrue(waiting > 0);
    long stored = number(journal, "SELECT count(*) FROM verdict_change");
    await(journal.archive().verdictChanges(null, null, null, Paging.first(9)));
    limit(driver, 1_000_000);
    await(Future.all(added));

    // Then
    assertEquals(300, stored + waiting);
    until(() -> !journal.failing());
    assertEquals(2, heard.all.size(), heard.all::toString);
    assertTrue(heard.all.get(0).contains("full"), heard.all::toString);
    assertEquals(0, journal.dropped());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void failureAtAnyCallOfTheDriverLosesNothing() throws Exception {
    // Given
    List<String> states = states();
    int failed = 0;
    long begun = System.nanoTime();
    boolean reached = true;
    for (int nth = 1; reached; nth += Integer.getInteger("why502.stride", 8)) {
      anew();
      FailingDriver driver = new FailingDriver(nth, SQLiteErrorCode.SQLITE_IOERR);
      Journal journal = journal(QUICK, NODE, StoreListener.NONE, tell -> database(driver, tell));

      // When
      for (Entry entry : script()) {
        await(journal.add(entry));
      }

      // Then
      reached = driver.failed();
      failed += reached ? 1 : 0;
      int at = nth;
      assertEquals(
          states.get(states.size() - 1),
          await(FailingDatabase.dump(journal.database())),
          () -> "call " + at);
      await(journal.close(Duration.ofSeconds(5)));
    }
    assertTrue(failed > 20, "failures: " + failed);
    System.err.printf(
        "SQLite's driver: %d failures: 0 lost, 0 doubled, in %d ms%n",
        failed, (System.nanoTime() - begun) / 1_000_000);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatWasAcknowledgedOutlivesAKill() throws Exception {
    // Given
    int kills = Integer.getInteger("why502.kills", 4);
    Random random = new Random(502);
    long acknowledged = 0;
    long torn = 0;

    for (int i = 0; i < kills; i++) {
      // When: killed somewhere within half a second of writing
      Process child =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-cp",
                  classPath(),
                  StoreChild.class.getName(),
                  data().toString(),
                  Long.toString(acknowledged))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      long last = acknowledged;
      try (BufferedReader out = child.inputReader(UTF_8)) {
        long until = 0;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          last = Long.parseLong(line.strip());
          if (until == 0) {
            until = System.nanoTime() + random.nextInt(150_000_000);
          }
          if (System.nanoTime() > until) {
            // Of the process itself, this would close what it has said too.
            child.toHandle().destroyForcibly();
          }
        }
      }
      assertEquals(137, child.waitFor());

      // Then
      Journal journal = journal(QUICK, "", StoreListener.NONE, tell -> database("", tell));
      Memory memory = await(journal.load());
      List<Long> seqs = new ArrayList<>();
      for (Row row :
          await(
              journal
                  .database()
                  .look(Statement.of("SELECT seq FROM verdict_change ORDER BY seq")))) {
        seqs.add(row.number(0));
      }
      assertTrue(seqs.size() >= last, seqs.size() + " of " + last + " acknowledged are there");
      for (int n = 0; n < seqs.size(); n++) {
        assertEquals(n + 1L, seqs.get(n), "none is missing and none is there twice");
      }
      assertEquals(seqs.size(), memory.lastSeq());
      assertEquals(
          number(journal, "SELECT count(*) FROM incident_event"),
          number(journal, "SELECT count(*) FROM outgoing"));
      long minutes = number(journal, "SELECT count(*) FROM rollup WHERE step = 'minute'");
      assertEquals(minutes, number(journal, "SELECT sum(runs) FROM rollup WHERE step = 'hour'"));
      assertEquals(minutes, number(journal, "SELECT sum(runs) FROM rollup WHERE step = 'day'"));
      torn += seqs.size() - last;
      acknowledged = seqs.size();
      await(journal.close(Duration.ofSeconds(5)));
    }
    System.err.printf(
        "%d kills: %d entries on disk, 0 acknowledged ones lost, 0 doubled, %d more than told%n",
        kills, acknowledged, torn);
  }

  private static long number(Journal journal, String sql) throws Exception {
    return await(journal.database().look(Statement.of(sql))).get(0).number(0);
  }

  private static String classPath() {
    String whole = System.getProperty("surefire.test.class.path");
    if (whole != null) {
      return whole;
    }
    // Under JUnit's console the classes are in a loader of its own.
    return StoreChild.class.getClassLoader() instanceof URLClassLoader loader
        ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
        : System.getProperty("java.class.path");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fullDiskIsToldOnceAndCaughtUp() throws Exception {
    // Given
    Process tried = new ProcessBuilder("unshare", "--mount", "true").start();
    boolean may = tried.waitFor() == 0;
    assertTrue(may || !Boolean.getBoolean("why502.require.gateways"), "no mount namespace");
    assumeTrue(may, "no mount namespace may be made here: no real disk is filled");
    Path place = Files.createDirectories(root.resolve("small"));

    // When: a file system of 2 MiB, on which something else takes the room and gives it back
    Process child =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=2m none \"$0\" && exec \"$@\"",
                place.toString(),
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                FullDisk.class.getName(),
                place.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);

    // Then
    assertEquals(0, child.waitFor(), said);
    assertTrue(said.contains("1 failing, 1 caught up, 0 dropped, 400 of 400 in order"), said);
  }
}
