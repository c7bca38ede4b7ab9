package dev.why502.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.history.Counts;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.store.Entry.DefinitionsVersion;
import dev.why502.store.Entry.Delivered;
import dev.why502.store.Entry.IncidentChange;
import dev.why502.store.Entry.RawObservation;
import dev.why502.store.Entry.RemedyRun;
import dev.why502.store.Entry.Rolled;
import dev.why502.store.Entry.VerdictChange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What a store does, whatever it is kept in: each backend's tests are these and some of its own.
 */
@Timeout(60)
@ResourceLock("the Vert.x that both backends' tests share")
abstract class StoreContract {
  static final Instant T0 = Instant.parse("2026-03-01T12:34:56.789Z");
  static final String NODE = "web-1";
  static final StoreOptions QUICK =
      new StoreOptions(
          StoreLocation.in(java.nio.file.Path.of("unused")),
          Keeping.DEFAULT,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofMillis(8),
          Duration.ofSeconds(5),
          Duration.ofHours(1));

  static @Nullable VertxInternal shared;
  private final List<Journal> journals = new ArrayList<>();

  /** What the service's listener heard. */
  static final class Heard implements StoreListener {
    final List<String> all = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public void failing(String why) {
      all.add("failing: " + why);
    }

    @Override
    public void caughtUp() {
      all.add("caught up");
    }

    @Override
    public void told(String text) {
      all.add("told: " + text);
    }
  }

  @BeforeAll
  static void vertx() {
    shared = (VertxInternal) Vertx.vertx();
  }

  @AfterAll
  static void endVertx() throws Exception {
    await(vertxOf().close());
  }

  static VertxInternal vertxOf() {
    VertxInternal vertx = shared;
    if (vertx == null) {
      throw new AssertionError("no vertx");
    }
    return vertx;
  }

  /** Makes an empty store. */
  @BeforeEach
  abstract void empty() throws Exception;

  abstract Database database(String node, Consumer<String> tell);

  @AfterEach
  void closeAll() throws Exception {
    for (Journal journal : journals) {
      await(journal.close(Duration.ofSeconds(5)));
    }
  }

  Journal journal() {
    return journal(QUICK, NODE, StoreListener.NONE, tell -> database(NODE, tell));
  }

  Journal journal(
      StoreOptions options,
      String node,
      StoreListener listener,
      Function<Consumer<String>, Database> database) {
    Journal journal = Journal.start(vertxOf(), options, node, () -> T0, listener, database);
    journals.add(journal);
    return journal;
  }

  /** Ends this run and begins another one. */
  Journal again(Journal journal) throws Exception {
    await(journal.close(Duration.ofSeconds(5)));
    return journal();
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static StoreFailure failure(Future<?> future) {
    try {
      await(future);
    } catch (ExecutionException | CompletionException e) {
      return (StoreFailure) Objects.requireNonNull(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it did not fail");
  }

  static String said(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  static VerdictChange verdict(String probe, long seq, String state) {
    Instant at = T0.plusSeconds(seq);
    return new VerdictChange(
        probe,
        seq,
        at,
        at.minusMillis(5),
        state,
        "upstream-refused",
        "certain",
        "{\"n\":" + seq + "}");
  }

  static IncidentChange incident(String id, long seq, String event, Outgoing... outgoing) {
    boolean over = event.equals("resolved");
    Instant at = T0.plusSeconds(seq);
    return new IncidentChange(
        id,
        seq,
        at,
        event,
        over ? "resolved" : "open",
        "upstream-refused",
        T0,
        over ? at : null,
        "{\"id\":\"" + id + "\",\"seq\":" + seq + "}",
        over ? null : "restore " + id + " " + seq,
        "case " + id + " " + seq,
        List.of(outgoing));
  }

  static Rolled minute(
      String probe, Instant start, String part, int runs, int failures, double millis) {
    Latency latency = Latency.NONE;
    for (int i = failures; i < runs; i++) {
      latency = latency.merge(Latency.of(millis));
    }
    return new Rolled(
        new Rollup(
            probe,
            Step.MINUTE,
            start,
            part,
            new Counts(runs, failures, 0, 0, 0, runs * 10_000L),
            latency));
  }

  static void addAll(Journal journal, Entry... entries) throws Exception {
    List<Future<Void>> added = new ArrayList<>();
    for (Entry entry : entries) {
      added.add(journal.add(entry));
    }
    await(Future.all(added));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void anotherRunFindsWhatStood() throws Exception {
    // Given
    Journal first = journal();
    assertEquals(Memory.NONE, await(first.load()));
    Outgoing one = new Outgoing("i1/opened/ops", "ops", "{\"to\":\"ops\"}");
    Outgoing two = new Outgoing("i1/opened/boss", "boss", "{\"to\":\"boss\"}");
    addAll(
        first,
        verdict("shop", 1, "down"),
        verdict("admin", 2, "up"),
        verdict("shop", 3, "degraded"),
        incident("i1", 4, "opened", one, two),
        incident("i2", 5, "opened", new Outgoing("i2/opened/ops", "ops", "{}")),
        incident("i2", 6, "resolved"),
        incident("i1", 7, "changed"),
        new Delivered("i1/opened/ops", T0, "delivered"),
        new Delivered("i2/opened/ops", T0, "given up: 500"));

    // When
    Journal second = again(first);
    Memory memory = await(second.load());

    // Then
    assertEquals(7, memory.lastSeq());
    assertEquals(java.util.Set.of("shop", "admin"), memory.verdicts().keySet());
    Memory.Standing shop = memory.verdicts().get("shop");
    assertEquals(
        new Memory.Standing(
            "shop",
            3,
            T0.plusSeconds(3),
            T0.plusSeconds(3).minusMillis(5),
            "degraded",
            "upstream-refused",
            "certain"),
        shop);
    assertEquals(
        List.of(new Memory.OpenIncident("i1", 7, T0.plusSeconds(7), "restore i1 7")),
        memory.incidents());
    assertEquals(List.of(two), memory.undelivered());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void incidentIsFoundWithItsStory() throws Exception {
    // Given
    Journal journal = journal();
    addAll(
        journal,
        incident("i1", 1, "opened", new Outgoing("k1", "ops", "{}")),
        incident("i1", 2, "changed"),
        incident("i1", 3, "changed"),
        incident("i1", 4, "resolved", new Outgoing("k2", "ops", "{}")),
        new Delivered("k1", T0.plusSeconds(9), "delivered"));

    // When
    StoredIncident.Story story = await(journal.archive().incident("i1")).orElseThrow();

    // Then
    assertEquals("resolved", story.incident().state());
    assertEquals(T0.plusSeconds(4), story.incident().resolvedAt());
    assertEquals(T0, story.incident().since());
    assertEquals(
        List.of("opened 1", "changed 2", "changed 3", "resolved 4"),
        story.changes().stream().map(change -> change.event() + " " + change.seq()).toList());
    assertEquals(
        List.of(
            new StoredIncident.Message(
                "k1", "ops", T0.plusSeconds(1), T0.plusSeconds(9), "delivered"),
            new StoredIncident.Message("k2", "ops", T0.plusSeconds(4), null, null)),
        story.messages());
    assertTrue(story.cases());
    assertEquals("case i1 4", await(journal.archive().incidentCase("i1")).orElseThrow());
    assertTrue(await(journal.archive().incident("i9")).isEmpty());
    assertTrue(await(journal.archive().incidentCase("i9")).isEmpty());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void pagesComeNewestFirstAndMissNothing() throws Exception {
    // Given
    Journal journal = journal();
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 25; i++) {
      entries.add(incident("i" + i, i, i % 2 == 0 ? "resolved" : "opened"));
      entries.add(verdict("shop", i, "down"));
      entries.add(verdict("admin", 100 + i, "up"));
      // All at one time: what orders them is their id.
      entries.add(
          new RemedyRun("r" + (10 + i), "restart", "shop", null, T0, "repaired", "{}", List.of()));
      entries.add(new RawObservation("shop", 200 + i, T0.plusSeconds(i), "{\"ms\":" + i + "}"));
      entries.add(new DefinitionsVersion("sha" + (10 + i), T0, i % 2 == 0, "{}"));
    }
    addAll(journal, entries.toArray(Entry[]::new));
    Archive archive = journal.archive();

    // When
    List<StoredIncident> incidents = all(paging -> archive.incidents(null, null, null, paging));
    List<StoredIncident> open = all(paging -> archive.incidents("open", null, null, paging));
    List<VerdictChange> shop = all(paging -> archive.verdictChanges("shop", null, null, paging));
    List<VerdictChange> span =
        all(paging -> archive.verdictChanges(null, T0.plusSeconds(5), T0.plusSeconds(8), paging));
    List<RemedyRun> runs = all(paging -> archive.remedyRuns("restart", null, paging));
    List<RawObservation> seen = all(paging -> archive.observations("shop", null, null, paging));
    List<DefinitionsVersion> versions = all(archive::definitions);

    // Then
    assertEquals(25, incidents.size());
    assertEquals("i25", incidents.get(0).id());
    assertEquals(13, open.size());
    assertEquals(25, shop.size());
    assertEquals(verdict("shop", 25, "down"), shop.get(0));
    assertEquals(List.of(7L, 6L, 5L), span.stream().map(VerdictChange::seq).toList());
    assertEquals(25, runs.stream().distinct().count());
    assertEquals(25, seen.size());
    assertEquals(25, versions.stream().distinct().count());
    assertEquals(12, versions.stream().filter(DefinitionsVersion::accepted).count());
  }

  private static <T> List<T> all(Function<Paging, Future<Page<T>>> pages) throws Exception {
    List<T> rows = new ArrayList<>();
    Page<T> page = await(pages.apply(Paging.first(7)));
    rows.addAll(page.rows());
    while (page.next() != null) {
      page = await(pages.apply(new Paging(7, page.next())));
      rows.addAll(page.rows());
    }
    return rows;
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void hostileCursorIsRefused() throws Exception {
    // Given
    Archive archive = journal().archive();
    for (String after :
        List.of(
            "",
            ".",
            "1",
            "1.x",
            "x.1",
            "1.1; DROP TABLE incident",
            "1.2.3",
            "9".repeat(30) + ".1")) {
      // When
      StoreFailure failure = failure(archive.incidents(null, null, null, new Paging(10, after)));

      // Then
      assertEquals(StoreFailure.Kind.ENTRY, failure.kind(), after);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void longTextsMakeShortPages() throws Exception {
    // Given
    Journal journal = journal();
    for (int i = 1; i <= 5; i++) {
      addAll(journal, new RawObservation("shop", i, T0, "x".repeat(100_000)));
    }

    // When
    Page<RawObservation> page =
        await(journal.archive().observations("shop", null, null, Paging.first(100)));

    // Then
    assertEquals(1, page.rows().size());
    assertEquals(5, all(paging -> journal.archive().observations(null, null, null, paging)).size());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void textFromOutsideComesBackAsItWas() throws Exception {
    // Given
    Journal journal = journal();
    String text = "\u001b[31m'; DROP TABLE incident; -- ? $1 \u202e \ud83d\udca5 \\ \" \u0000";

    // When
    addAll(journal, new RemedyRun("r1", text, text, text, T0, text, text, List.of()));

    // Then
    RemedyRun run = await(journal.archive().remedyRuns(null, null, Paging.first(1))).rows().get(0);
    assertEquals(text.replace('\0', '\uFFFD'), run.json());
    assertEquals(run.json(), run.remedy());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void minutesAddUpToHoursAndDays() throws Exception {
    // Given
    Journal journal = journal();
    Instant noon = Instant.parse("2026-03-01T12:00:00Z");
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 180; i++) {
      entries.add(minute("shop", noon.plusSeconds(60L * i), "p1", 6, i == 70 ? 2 : 0, i + 1));
      entries.add(minute("admin", noon.plusSeconds(60L * i), "p1", 1, 0, 5));
    }

    // When
    addAll(journal, entries.toArray(Entry[]::new));

    // Then
    List<Rollup> minutes = rollups(journal, "shop", Step.MINUTE);
    List<Rollup> hours = rollups(journal, "shop", Step.HOUR);
    List<Rollup> days = rollups(journal, "shop", Step.DAY);
    assertEquals(180, minutes.size());
    assertEquals(Rollup.in(Step.HOUR, minutes), hours);
    assertEquals(Rollup.in(Step.DAY, minutes), days);
    assertEquals(3, hours.size());
    assertEquals(new Counts(1080, 2, 0, 0, 0, 10_800_000), days.get(0).counts());
    assertEquals(1078, days.get(0).latency().count());
  }

  private static List<Rollup> rollups(Journal journal, String probe, Step step) throws Exception {
    return await(
        journal.archive().rollups(probe, step, Instant.EPOCH, T0.plusSeconds(100_000_000)));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void minuteGivenTwiceCountsOnce() throws Exception {
    // Given
    Journal journal = journal();
    Instant start = Step.MINUTE.floor(T0);
    Entry first = minute("shop", start, "p1", 4, 1, 10);
    addAll(journal, first, minute("shop", start.plusSeconds(60), "p1", 6, 0, 10));

    // When: the same again, with more in it, and from another run of ours
    addAll(journal, first, first);
    addAll(
        journal,
        minute("shop", start, "p1", 6, 2, 10),
        minute("shop", start.plusSeconds(120), "p1", 6, 0, 10),
        minute("shop", start, "p2", 3, 0, 20),
        minute("shop", start, "p1", 7, 2, 10));

    // Then
    List<Rollup> minutes = rollups(journal, "shop", Step.MINUTE);
    assertEquals(3, minutes.size());
    assertEquals(10, minutes.get(0).counts().runs());
    assertEquals(2, minutes.get(0).counts().failures());
    assertEquals(Rollup.in(Step.HOUR, minutes), rollups(journal, "shop", Step.HOUR));
    assertEquals(Rollup.in(Step.DAY, minutes), rollups(journal, "shop", Step.DAY));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatCannotBeStoredHoldsNothingUp() throws Exception {
    // Given
    Heard heard = new Heard();
    Journal journal = journal(QUICK, NODE, heard, tell -> database(NODE, tell));
    await(journal.load());
    @SuppressWarnings("NullAway")
    VerdictChange bad = new VerdictChange("shop", 2, T0, T0, null, "ok", "certain", "{}");

    // When
    Future<Void> before = journal.add(verdict("shop", 1, "down"));
    Future<Void> broken = journal.add(bad);
    Future<Void> after = journal.add(verdict("shop", 3, "up"));

    // Then
    await(before);
    await(after);
    assertEquals(StoreFailure.Kind.ENTRY, failure(broken).kind());
    assertEquals(1, journal.dropped());
    assertEquals(0, journal.pending());
    assertFalse(journal.failing());
    assertEquals(1, heard.all.size(), heard.all::toString);
    assertEquals(
        2, all(paging -> journal.archive().verdictChanges(null, null, null, paging)).size());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void newerStoreIsRefusedInWords() throws Exception {
    // Given
    Journal first = journal();
    await(first.load());
    Database database = database("other", text -> {});
    closeAll();
    await(database.open());
    await(
        database.write(List.of(Statement.of("INSERT INTO schema_version (version) VALUES (99)"))));
    await(database.close());

    // When
    Journal second = journal();
    Future<Void> added = second.add(verdict("shop", 1, "down"));

    // Then
    StoreFailure refused = failure(second.load());
    assertEquals(StoreFailure.Kind.REFUSED, refused.kind());
    assertTrue(said(refused).contains("newer why502 (its version is 99"), refused::getMessage);
    assertEquals(StoreFailure.Kind.REFUSED, failure(added).kind());
    assertEquals(0, second.pending());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void storeOfTheFirstVersionIsBroughtUp() throws Exception {
    // Given
    Database old = database(NODE, text -> {});
    await(old.open());
    await(
        old.write(
            List.of(
                Statement.of(
                    "CREATE TABLE IF NOT EXISTS schema_version"
                        + " (version BIGINT NOT NULL, PRIMARY KEY (version))"))));
    await(old.write(Schema.statements(1)));
    await(
        old.write(
            List.of(
                Statement.of("INSERT INTO writer (node, seq, at) VALUES (?, 7, 1)", NODE),
                Statement.of(
                    "INSERT INTO standing (node, probe, seq, at, since, state, cause, confidence)"
                        + " VALUES (?, 'shop', 7, 2, 1, 'down', 'x', 'certain')",
                    NODE))));
    await(old.close());

    // When
    Journal journal = journal();
    Memory memory = await(journal.load());
    addAll(journal, minute("shop", T0, "p1", 6, 0, 1), new RawObservation("shop", 9, T0, "{}"));

    // Then
    assertEquals(7, memory.lastSeq());
    assertEquals("down", Objects.requireNonNull(memory.verdicts().get("shop")).state());
    assertEquals(1, rollups(journal, "shop", Step.DAY).size());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void secondWriterIsRefusedInWords() throws Exception {
    // Given
    Journal first = journal();
    await(first.load());

    // When
    StoreFailure refused = failure(journal().load());

    // Then
    assertEquals(StoreFailure.Kind.REFUSED, refused.kind());
    assertTrue(said(refused).contains("in use by another why502"), refused::getMessage);
    addAll(first, verdict("shop", 1, "down"));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatIsOldGoesAndWhatIsOpenStays() throws Exception {
    // Given
    Journal journal =
        journal(
            withPruning(Keeping.DEFAULT), NODE, StoreListener.NONE, tell -> database(NODE, tell));
    Duration day = Duration.ofDays(1);
    List<Entry> entries = new ArrayList<>();
    for (int days : new int[] {1, 5, 8, 80, 100, 390, 410, 500}) {
      Instant at = T0.minus(day.multipliedBy(days)).minusSeconds(1);
      entries.add(minute("shop", at, "p1", 1, 0, 1));
      entries.add(new VerdictChange("p" + days, 1000 - days, at, at, "down", "x", "certain", "{}"));
      entries.add(
          new RemedyRun("r" + days, "restart", "shop", null, at, "repaired", "{}", List.of()));
      entries.add(new RawObservation("shop", days, at, "{}"));
      for (boolean over : new boolean[] {true, false}) {
        entries.add(
            new IncidentChange(
                over + "-" + days,
                days,
                at,
                "opened",
                over ? "resolved" : "open",
                "x",
                at,
                over ? at : null,
                "{}",
                over ? null : "r",
                "case",
                List.of(new Outgoing(over + "-" + days, "ops", "{}"))));
      }
    }
    entries.add(new RawObservation("shop", 1, T0.minusSeconds(60), "{}"));
    addAll(journal, entries.toArray(Entry[]::new));

    // When
    Archive archive = journal.archive();
    until(() -> all(paging -> archive.incidents("resolved", null, null, paging)).size() == 6);

    // Then
    assertEquals(8, all(paging -> archive.incidents("open", null, null, paging)).size());
    assertTrue(await(archive.incident("true-410")).isEmpty());
    assertTrue(await(archive.incidentCase("true-410")).isEmpty());
    assertEquals(1, await(archive.incident("false-500")).orElseThrow().messages().size());
    assertEquals(2, rollups(journal, "shop", Step.MINUTE).size());
    assertEquals(4, rollups(journal, "shop", Step.HOUR).size());
    assertEquals(6, rollups(journal, "shop", Step.DAY).size());
    assertEquals(6, all(paging -> archive.verdictChanges(null, null, null, paging)).size());
    assertEquals(6, all(paging -> archive.remedyRuns(null, null, paging)).size());
    assertEquals(1, all(paging -> archive.observations(null, null, null, paging)).size());
    Memory memory = await(archive.memory());
    assertEquals(8, memory.verdicts().size(), "what stands outlives its change");
    assertEquals(8, memory.incidents().size());
  }

  static StoreOptions withPruning(Keeping keeping) {
    return new StoreOptions(
        QUICK.location(),
        keeping,
        QUICK.gather(),
        QUICK.firstRetry(),
        QUICK.lastRetry(),
        QUICK.slow(),
        Duration.ofMillis(100));
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void until(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "it did not come about in 20 s");
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void onlyTheNewestObservationsAreKept() throws Exception {
    // Given
    Keeping few =
        new Keeping(
            Duration.ofDays(400),
            Duration.ofDays(7),
            Duration.ofDays(90),
            Duration.ofDays(400),
            Duration.ofHours(24),
            1_500,
            256L << 20);
    Journal journal =
        journal(withPruning(few), NODE, StoreListener.NONE, tell -> database(NODE, tell));
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      entries.add(new RawObservation("shop", i, T0.minusMillis(4_000 - i), "{}"));
    }

    // When
    addAll(journal, entries.toArray(Entry[]::new));

    // Then
    Archive archive = journal.archive();
    until(
        () ->
            all(paging -> archive.observations(null, null, null, new Paging(1_000, paging.after())))
                    .size()
                == 1_500);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void largeStoreLosesWhatIsMissedLeast() throws Exception {
    // Given
    long most = 2L << 20;
    Journal journal =
        journal(
            withPruning(Keeping.DEFAULT.withMaxBytes(most)),
            NODE,
            StoreListener.NONE,
            tell -> database(NODE, tell));
    for (int i = 0; i < 20; i++) {
      List<Entry> entries = new ArrayList<>();
      for (int j = 0; j < 200; j++) {
        int n = i * 200 + j;
        // Too random to be packed.
        String body = Integer.toString(n * 7919, 36).repeat(3) + random(n);
        Instant at = T0.minusSeconds(4_000 - n);
        entries.add(new VerdictChange("p" + n % 7, n, at, at, "down", "x", "certain", body));
        entries.add(minute("p" + n % 7, at, "p1", 6, 0, n));
      }
      addAll(journal, entries.toArray(Entry[]::new));
    }
    addAll(journal, incident("open", 9_000, "opened"), incident("over", 9_001, "resolved"));

    // When
    until(() -> used(journal) <= most / 10 * 9);

    // Then
    Archive archive = journal.archive();
    List<VerdictChange> left =
        all(paging -> archive.verdictChanges(null, null, null, new Paging(1_000, paging.after())));
    assertTrue(!left.isEmpty() && left.size() < 4_000, () -> "" + left.size());
    assertEquals(3_999, left.get(0).seq(), "the newest stays");
    assertTrue(await(archive.incident("open")).isPresent());
    assertEquals(7, await(archive.memory()).verdicts().size());
    assertEquals(0, journal.errors());
  }

  private static String random(int seed) {
    StringBuilder text = new StringBuilder();
    java.util.Random random = new java.util.Random(seed);
    while (text.length() < 900) {
      text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
    }
    return text.toString();
  }

  private static long used(Journal journal) throws Exception {
    return await(journal.database().usedBytes(0));
  }

  /** What a bad day brings, each entry on disk before the next comes. */
  static List<Entry> script() {
    Instant minute = Step.MINUTE.floor(T0);
    return List.of(
        verdict("shop", 1, "down"),
        incident("i1", 2, "opened", new Outgoing("i1/2", "ops", "{}")),
        minute("shop", minute, "p1", 6, 6, 1),
        new Delivered("i1/2", T0.plusSeconds(2), "delivered"),
        incident("i1", 3, "changed", new Outgoing("i1/3", "ops", "{}")),
        minute("shop", minute, "p1", 7, 6, 1),
        new RemedyRun("r1", "restart", "shop", "i1", T0, "running", "{}", List.of()),
        new RemedyRun(
            "r1", "restart", "shop", "i1", T0.plusSeconds(4), "repaired", "{}", List.of()),
        minute("shop", minute.plusSeconds(60), "p1", 6, 0, 1),
        verdict("shop", 5, "up"),
        incident("i1", 6, "resolved", new Outgoing("i1/6", "ops", "{}")));
  }

  /** The stores after none, one, two... of the entries. */
  List<String> states() throws Exception {
    Journal journal = journal();
    await(journal.load());
    List<String> states = new ArrayList<>();
    states.add("");
    for (Entry entry : script()) {
      await(journal.add(entry));
      states.add(await(FailingDatabase.dump(journal.database())));
    }
    await(journal.close(Duration.ofSeconds(5)));
    return states;
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void failureAtAnyCallLeavesTheOldOrTheNewState() throws Exception {
    // Given
    List<String> states = states();
    int failed = 0;
    int calls = 0;
    long begun = System.nanoTime();

    for (boolean after : new boolean[] {false, true}) {
      boolean reached = true;
      for (int nth = 1; reached; nth += stride()) {
        anew();
        FailingDatabase failing = new FailingDatabase(database(NODE, tell -> {}), nth, after);
        Heard heard = new Heard();

        // When
        Journal journal = journal(QUICK, NODE, heard, tell -> failing);
        await(journal.load());
        List<Integer> steps = new ArrayList<>();
        for (int i = 0; i < script().size(); i++) {
          int before = failing.seen.size();
          await(journal.add(script().get(i)));
          if (failing.seen.size() > before) {
            steps.add(i);
          }
        }

        // Then
        reached = failing.calls() >= nth;
        String where = "call " + nth + (after ? " after" : " before");
        assertEquals(
            states.get(script().size()), await(FailingDatabase.dump(journal.database())), where);
        for (int step : steps) {
          String seen = failing.seen.get(0);
          assertTrue(
              seen.equals(states.get(step)) || seen.equals(states.get(step + 1)),
              () -> where + " in step " + step + ": " + seen);
        }
        if (reached) {
          failed++;
          assertEquals(List.of("failing: call " + nth, "caught up"), heard.all, where);
          assertEquals(1, journal.errors(), where);
        }
        calls = Math.max(calls, failing.calls());
        await(journal.close(Duration.ofSeconds(5)));
      }
    }
    System.err.printf(
        "%s: %d failures in a script of %d calls: 0 lost, 0 doubled, in %d ms%n",
        getClass().getSimpleName(), failed, calls, (System.nanoTime() - begun) / 1_000_000);
  }

  /** How far apart the calls lie that fail. */
  int stride() {
    return 1;
  }

  /** Makes the store empty once more within a test. */
  abstract void anew() throws Exception;

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void costOfABatchIsTold() throws Exception {
    // Given
    Journal journal = journal();
    await(journal.load());
    String json = "x".repeat(2_000);
    int[] sizes = {1_000};

    for (int size : sizes) {
      List<Future<Void>> verdicts = new ArrayList<>();
      List<Future<Void>> minutes = new ArrayList<>();

      // When
      long begun = System.nanoTime();
      for (int i = 0; i < size; i++) {
        Instant at = T0.plusMillis(i);
        verdicts.add(
            journal.add(
                new VerdictChange("p" + i, size + i, at, at, "down", "x", "certain", json)));
      }
      await(Future.all(verdicts));
      long verdictsMillis = (System.nanoTime() - begun) / 1_000_000;
      begun = System.nanoTime();
      for (int i = 0; i < size; i++) {
        minutes.add(journal.add(minute("p" + i, T0, "p1", 6, 0, i)));
      }
      await(Future.all(minutes));
      long minutesMillis = (System.nanoTime() - begun) / 1_000_000;

      // Then
      System.err.printf(
          "%s: %d verdict changes of 2 kB: %d ms; %d minutes with their hours and days: %d ms%n",
          getClass().getSimpleName(), size, verdictsMillis, size, minutesMillis);
    }
    assertEquals(0, journal.errors());
  }
}
