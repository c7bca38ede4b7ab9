package dev.why502.store;

import static dev.why502.store.StoreContract.QUICK;
import static dev.why502.store.StoreContract.T0;
import static dev.why502.store.StoreContract.await;
import static dev.why502.store.StoreContract.failure;
import static dev.why502.store.StoreContract.incident;
import static dev.why502.store.StoreContract.minute;
import static dev.why502.store.StoreContract.until;
import static dev.why502.store.StoreContract.verdict;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.store.Entry.RawObservation;
import dev.why502.store.StoreContract.Heard;
import dev.why502.store.StoreFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The queue in front of the store, with a store that does as the test says. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class JournalTest {
  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
  private final Obedient store = new Obedient();
  private final Heard heard = new Heard();

  /** Keeps what is written in memory; fails or hangs on command. */
  private static final class Obedient implements Database {
    final List<List<Statement>> written = new CopyOnWriteArrayList<>();
    final List<Long> attempts = new CopyOnWriteArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    volatile @Nullable StoreFailure failing;
    volatile @Nullable Promise<Void> hanging;

    @Override
    public Future<Void> open() {
      opened.incrementAndGet();
      return answer(0).mapEmpty();
    }

    @Override
    public Future<List<Row>> read(Statement query) {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<Row>> look(List<Statement> queries) {
      return Future.succeededFuture(
          queries.get(0).sql().contains("schema_version")
              ? List.of(new Row(List.of((long) Schema.VERSION)))
              : List.of());
    }

    @Override
    public Future<Integer> write(List<Statement> statements) {
      attempts.add(System.nanoTime());
      boolean schema = statements.get(0).sql().contains("schema_version");
      return answer(1)
          .onSuccess(
              done -> {
                if (!schema) {
                  written.add(statements);
                }
              });
    }

    private <T extends @Nullable Object> Future<T> answer(T result) {
      StoreFailure failure = failing;
      Promise<Void> promise = hanging;
      if (promise != null) {
        return promise.future().map(result);
      }
      return failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure);
    }

    @Override
    public Future<Long> usedBytes(long exactFrom) {
      return Future.succeededFuture(0L);
    }

    @Override
    public Future<Boolean> shrink() {
      return Future.succeededFuture(false);
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }

    /** The numbers of the verdict changes, in the order in which they were written. */
    List<Object> seqs() {
      List<Object> seqs = new ArrayList<>();
      for (List<Statement> batch : written) {
        for (Statement statement : batch) {
          if (statement.sql().contains("INTO verdict_change")) {
            seqs.add(statement.values().get(2));
          }
        }
      }
      return seqs;
    }
  }

  private Journal journal(StoreOptions options) throws Exception {
    Journal journal = Journal.start(vertx, options, "n", () -> T0, heard, tell -> store);
    await(journal.load());
    return journal;
  }

  @AfterEach
  void end() throws Exception {
    await(vertx.close());
  }

  private static StoreFailure down() {
    return new StoreFailure(Kind.UNAVAILABLE, "no route to it");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatCameWhileItFailedIsCaughtUpInOrder() throws Exception {
    // Given
    Journal journal = journal(QUICK);
    await(journal.add(verdict("shop", 1, "down")));
    store.failing = down();

    // When
    List<Future<Void>> added = new ArrayList<>();
    for (int i = 2; i <= 700; i++) {
      added.add(journal.add(verdict("shop", i, "down")));
    }
    until(() -> journal.errors() >= 5);
    assertTrue(journal.failing());
    assertEquals(699, journal.pending());
    assertEquals(1, journal.writes());
    store.failing = null;
    await(Future.all(added));

    // Then
    List<Object> expected = new ArrayList<>();
    for (long i = 1; i <= 700; i++) {
      expected.add(i);
    }
    assertEquals(expected, store.seqs());
    until(() -> !journal.failing());
    assertEquals(List.of("failing: no route to it", "caught up"), heard.all);
    assertEquals(0, journal.pending());
    assertEquals(0, journal.dropped());
    assertEquals(T0, journal.lastWrite());
    assertTrue(store.opened.get() > 2, "a store that cannot be reached is opened again");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void attemptsComeFurtherAndFurtherApart() throws Exception {
    // Given
    StoreOptions patient =
        new StoreOptions(
            QUICK.location(),
            QUICK.keeping(),
            QUICK.gather(),
            Duration.ofMillis(20),
            Duration.ofMillis(80),
            QUICK.slow(),
            QUICK.prune());
    Journal journal = journal(patient);
    // Full is tried again as it stands, so that each attempt is one write.
    store.failing = new StoreFailure(Kind.FULL, "no room");
    store.attempts.clear();

    // When
    journal.add(verdict("shop", 1, "down"));
    until(() -> store.attempts.size() >= 6);

    // Then
    long[] least = {20, 40, 80, 80, 80};
    for (int i = 0; i < least.length; i++) {
      long gap = (store.attempts.get(i + 1) - store.attempts.get(i)) / 1_000_000;
      assertTrue(gap >= least[i] - 1, "pause " + i + " was " + gap + " ms");
    }
    assertEquals(1, heard.all.size(), heard.all::toString);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void incidentIsWrittenAtOnceAndOthersGather() throws Exception {
    // Given
    StoreOptions slow =
        new StoreOptions(
            QUICK.location(),
            QUICK.keeping(),
            Duration.ofHours(1),
            QUICK.firstRetry(),
            QUICK.lastRetry(),
            QUICK.slow(),
            QUICK.prune());
    Journal journal = journal(slow);

    // When
    Future<Void> waits = journal.add(verdict("shop", 1, "down"));
    Future<Void> more = journal.add(verdict("shop", 2, "up"));
    await(journal.add(incident("i1", 3, "opened")));

    // Then
    assertTrue(waits.isComplete() && more.isComplete());
    assertEquals(1, store.written.size(), "one batch, in its order");
    assertEquals(List.of(1L, 2L), store.seqs());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatIsMissedLeastIsDroppedFirst() throws Exception {
    // Given
    Journal journal = journal(QUICK);
    store.failing = down();
    Future<Void> held = journal.add(verdict("shop", 1, "down"));
    until(journal::failing);

    // When
    List<Future<Void>> seen = new ArrayList<>();
    List<Future<Void>> incidents = new ArrayList<>();
    for (int i = 0; i < Pending.MAX_OBSERVATIONS + 100; i++) {
      seen.add(journal.add(new RawObservation("shop", i, T0, "{}")));
    }
    for (int i = 0; i < Pending.MAX_INCIDENTS; i++) {
      incidents.add(journal.add(incident("i" + i, i, "opened")));
    }
    for (int i = 0; i < Pending.MAX_VERDICTS; i++) {
      journal.add(verdict("shop", 10 + i, "down"));
    }
    Future<Void> rolled = journal.add(minute("shop", T0, "p1", 6, 0, 1));
    until(() -> journal.dropped() == 100);
    Future<Void> tooMuch = journal.add(incident("last", 9_999, "opened"));

    // Then
    assertEquals(Kind.DROPPED, failure(seen.get(0)).kind());
    assertEquals(Kind.DROPPED, failure(incidents.get(0)).kind(), "the oldest beyond 1,000");
    assertFalse(seen.get(100).isComplete());
    store.failing = null;
    await(tooMuch);
    await(held);
    await(rolled);
    await(Future.all(incidents.subList(1, incidents.size())));
    await(seen.get(seen.size() - 1));
    until(() -> journal.pending() == 0);
    assertEquals(101, journal.dropped());
    assertEquals(Pending.MAX_VERDICTS + 1, store.seqs().size());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void storeThatHangsIsToldAndHoldsNobodyUp() throws Exception {
    // Given
    StoreOptions options =
        new StoreOptions(
            QUICK.location(),
            QUICK.keeping(),
            QUICK.gather(),
            QUICK.firstRetry(),
            QUICK.lastRetry(),
            Duration.ofMillis(50),
            QUICK.prune());
    Journal journal = journal(options);
    Promise<Void> hanging = Promise.promise();
    store.hanging = hanging;

    // When
    Future<Void> first = journal.add(verdict("shop", 1, "down"));
    until(journal::failing);
    Future<Void> second = journal.add(verdict("shop", 2, "down"));

    // Then
    assertEquals(List.of("failing: the store takes longer than 50 ms"), heard.all);
    assertFalse(first.isComplete());
    store.hanging = null;
    hanging.complete();
    await(first);
    await(second);
    until(() -> !journal.failing());
    assertEquals(2, heard.all.size());
    assertEquals(0, journal.errors(), "slow is no error");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void closingWritesWhatWaitsAndTakesNoMore() throws Exception {
    // Given
    Journal journal = journal(QUICK);
    List<Future<Void>> added = new ArrayList<>();
    for (int i = 1; i <= 2_000; i++) {
      added.add(journal.add(verdict("shop", i, "down")));
    }

    // When
    await(journal.close(Duration.ofSeconds(5)));

    // Then
    await(Future.all(added));
    assertEquals(2_000, store.seqs().size());
    assertEquals(Kind.CLOSED, failure(journal.add(verdict("shop", 9_999, "up"))).kind());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void closingDoesNotWaitForAStoreThatFails() throws Exception {
    // Given
    Journal journal = journal(QUICK);
    store.failing = down();
    Future<Void> added = journal.add(verdict("shop", 1, "down"));
    until(journal::failing);

    // When
    await(journal.close(Duration.ofMillis(100)));

    // Then
    assertEquals(Kind.CLOSED, failure(added).kind());
    assertEquals(0, journal.pending());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void storeThatIsNotThereAtStartIsWaitedFor() throws Exception {
    // Given
    store.failing = down();
    Journal journal = Journal.start(vertx, QUICK, "n", () -> T0, heard, tell -> store);
    Future<Memory> memory = journal.load();
    Future<Void> added = journal.add(verdict("shop", 1, "down"));
    until(journal::failing);
    assertFalse(memory.isComplete());

    // When
    store.failing = null;

    // Then
    assertEquals(Memory.NONE, await(memory));
    await(added);
    until(() -> !journal.failing());
    assertEquals(List.of("failing: no route to it", "caught up"), heard.all);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void hugeIncidentsLoseTheirCasesFirst() {
    // Given
    Pending pending = new Pending(20_000);
    List<Pending.Waiting> dropped = new ArrayList<>();

    // When
    for (int i = 1; i <= 30; i++) {
      Entry.IncidentChange change = incident("i" + i % 2, i, "changed");
      dropped.addAll(
          pending.add(
              new Pending.Waiting(
                  i,
                  new Entry.IncidentChange(
                      change.id(),
                      i,
                      change.at(),
                      "changed",
                      "open",
                      "x",
                      T0,
                      null,
                      "{}",
                      "r".repeat(400),
                      "c".repeat(400),
                      List.of()),
                  Promise.promise())));
    }

    // Then
    assertEquals(List.of(), dropped);
    List<Pending.Waiting> all = pending.take(100);
    assertEquals(30, all.size());
    assertEquals(0, pending.chars());
    for (Pending.Waiting one : all.subList(0, 20)) {
      Entry.IncidentChange change = (Entry.IncidentChange) one.entry();
      assertEquals(null, change.caseJson());
      assertTrue(one.replaced());
    }
    Entry.IncidentChange last = (Entry.IncidentChange) all.get(29).entry();
    assertFalse(all.get(29).replaced());
    assertNotNull(last.restore());
  }
}
