package dev.why502.remedy;

import static dev.why502.remedy.Given.STOPPED;
import static dev.why502.remedy.Given.down;
import static dev.why502.remedy.Given.up;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Probe;
import dev.why502.definition.Remedy;
import dev.why502.definition.Secrets;
import dev.why502.diagnosis.Cause;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RemedyVerticleTest {
  private static final Probe APP = Given.probe("app", "gw");
  private static final Probe OTHER = Given.probe("other", "gw");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @SuppressWarnings("NullAway.Init")
  private RemedyDesk desk;

  @BeforeEach
  void open() {
    desk = new RemedyDesk(directory, true);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private Path trace() {
    return directory.resolve("trace");
  }

  /** Leaves a line in the trace. */
  private Remedy restart() {
    return Given.remedy("restart", "app", "sh", "-c", "echo ran >> " + trace() + "; echo done");
  }

  private long traces() throws IOException {
    return Files.exists(trace()) ? Files.readAllLines(trace()).size() : 0;
  }

  @Test
  void remedyRunsIsVerifiedAndTold() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP, OTHER), restart()))
        .sees("app", down("app", STOPPED), up("app"));
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(Outcome.REPAIRED, run.outcome(), run.toString());
    assertEquals("the probe is up", run.summary());
    assertEquals("01J", run.incident());
    assertEquals(STOPPED, requireNonNull(run.before()).cause());
    assertEquals(Cause.OK, requireNonNull(run.after()).cause());
    assertEquals(0, requireNonNull(run.data()).exit());
    assertEquals("done\n", requireNonNull(run.data()).output());
    assertEquals(1, traces());
    RemedyRun first = desk.begun.remove();
    assertEquals(Outcome.STARTED, first.outcome());
    assertEquals(run.id(), first.id());
    assertEquals(List.of("case of app"), desk.kept);
  }

  @Test
  void remedyForAnotherCauseNeverRuns() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP, OTHER), restart()));
    // When
    for (Cause cause : Cause.values()) {
      if (cause != STOPPED && cause != Cause.OK) {
        desk.hears(down("app", cause), down("other", STOPPED));
      }
    }
    // Then
    assertEquals(0, traces());
    assertTrue(desk.begun.isEmpty() && desk.ended.isEmpty());
    assertEquals("no probe of its own has its cause", desk.first().getString("reason"));
  }

  @Test
  void withoutPermissionIsShownWhatWouldRun() throws Exception {
    // Given
    desk.close();
    desk = new RemedyDesk(directory, false);
    desk.with(Given.definitions(List.of(APP), restart()));
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun would = desk.outcome();
    desk.passes(10_000);
    desk.hears(down("app", STOPPED));
    // Then
    assertEquals(Outcome.WOULD_RUN, would.outcome());
    List<String> argv = restart().run();
    assertEquals(argv, requireNonNull(would.data()).argv());
    JsonObject next = desk.first().getJsonObject("next");
    assertEquals("app", next.getString("probe"));
    assertEquals(argv, next.getJsonObject("data").getJsonArray("argv").getList());
    assertEquals("the service runs without --allow-remedies", desk.first().getString("reason"));
    assertTrue(desk.ended.isEmpty(), "it is said once");
    assertEquals(0, traces());
    // When
    desk.hears(up("app"));
    // Then
    assertNull(desk.first().getJsonObject("next"));
  }

  @Test
  void evidenceIsKeptBeforeAnythingRuns() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", up("app"));
    long[] seen = {-1};
    desk.onKeep =
        () -> {
          try {
            seen[0] = traces();
          } catch (IOException impossible) {
            throw new AssertionError(impossible);
          }
        };
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(0, seen[0]);
    assertEquals(Outcome.REPAIRED, run.outcome());
  }

  @Test
  void nothingRunsWhereTheEvidenceCannotBeKept() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart()));
    desk.keeping = Future.failedFuture("disk full");
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun failed = desk.outcome();
    desk.keeping = io.vertx.core.Promise.<Void>promise().future();
    desk.hears(down("app", STOPPED));
    // Then
    assertEquals(Outcome.WITHDRAWN, failed.outcome());
    assertEquals("the evidence could not be kept first", failed.summary());
    assertEquals(0, traces());
  }

  @Test
  void causeThatChangesMeanwhileWithdrawsIt() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart()));
    io.vertx.core.Promise<Void> kept = io.vertx.core.Promise.promise();
    desk.keeping = kept.future();
    desk.hears(down("app", STOPPED));
    requireNonNull(desk.begun.poll(5, java.util.concurrent.TimeUnit.SECONDS));
    // When
    desk.hears(down("app", Cause.PROCESS_BUILD_MISSING));
    kept.complete();
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(Outcome.WITHDRAWN, run.outcome());
    assertEquals("another cause was found meanwhile", run.summary());
    assertEquals(0, traces());
  }

  @Test
  void threeFailuresStopItUntilAPersonActs() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", down("app", STOPPED));
    // When
    for (int i = 0; i < 5; i++) {
      desk.hears(down("app", STOPPED));
      if (i < 3) {
        assertEquals(Outcome.NOT_REPAIRED, desk.outcome().outcome());
      }
      desk.passes(4_000_000);
    }
    // Then
    assertEquals(3, traces());
    assertEquals("stopped", desk.first().getString("state"));
    assertEquals("3 runs in a row repaired nothing", desk.first().getString("stopped"));
    // When
    JsonObject resumed = requireNonNull(RemedyDesk.await(desk.remedies.resume("restart")));
    desk.sees("app", up("app")).hears(down("app", STOPPED));
    // Then
    assertEquals("ready", resumed.getString("state"));
    assertEquals(Outcome.RESUMED, desk.outcome().outcome());
    assertEquals(Outcome.REPAIRED, desk.outcome().outcome());
    assertNull(RemedyDesk.await(desk.remedies.resume("nobody")));
  }

  @Test
  void neighbourThatFallsIsWorseAndStopsIt() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP, OTHER), restart()))
        .sees("app", up("app"))
        .sees("other", down("other", Cause.UPSTREAM_REFUSED))
        .hears(up("other"));
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(Outcome.WORSE, run.outcome());
    assertTrue(run.summary().contains("down now, and up before: other"), run.summary());
    assertTrue(run.summary().contains("stopped: its last run made it worse"), run.summary());
    assertEquals("stopped", desk.first().getString("state"));
  }

  @Test
  void neighbourThatBlinksIsNotWorse() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP, OTHER), restart()))
        .sees("app", up("app"))
        .sees("other", down("other", Cause.UPSTREAM_REFUSED), up("other"))
        .hears(up("other"));
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(Outcome.REPAIRED, run.outcome(), run.summary());
  }

  @Test
  void oneThatTakesTooLongIsEndedAndToldWithoutItsSecrets() throws Exception {
    // Given
    desk.secrets = new Secrets(List.of("hunter2-hunter2"));
    Remedy slow =
        Given.remedy(
            Given.remedy(
                "slow",
                "app",
                "sh",
                "-c",
                "echo $TOKEN; printf '\\033[2J'; sleep 1000",
                "hunter2-hunter2"),
            Map.of("TOKEN", "hunter2-hunter2"),
            Duration.ofMillis(300));
    desk.with(Given.definitions(List.of(APP), slow)).sees("app", down("app", STOPPED));
    // When
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // Then
    assertEquals(Outcome.NOT_REPAIRED, run.outcome());
    assertTrue(run.summary().contains("was ended after 300 ms"), run.summary());
    assertEquals("***\n\\x1b[2J", requireNonNull(run.data()).output());
    assertFalse((run + desk.shown().encode()).contains("hunter2"));
  }

  @Test
  void anotherProcessOfOursHoldsTheHost() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", up("app"));
    HostLock lock = requireNonNull(HostLock.take(directory.resolve("remedy.lock")));
    // When
    desk.hears(down("app", STOPPED));
    while (desk.first().getString("reason").isEmpty()) {
      Thread.onSpinWait();
    }
    // Then
    assertEquals("another remedy runs on this host", desk.first().getString("reason"));
    assertEquals(0, traces());
    // When
    lock.close();
    desk.hears(down("app", STOPPED));
    // Then
    assertEquals(Outcome.REPAIRED, desk.outcome().outcome());
  }

  @Test
  void limitsOutliveARestart() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", down("app", STOPPED));
    desk.hears(down("app", STOPPED));
    RemedyRun ended = desk.outcome();
    RemedyRun begun = desk.begun.remove();
    desk.close();
    List<RemedyRun> stored =
        List.of(begun, ended).stream()
            .map(run -> requireNonNull(RemedyRun.read(json(run))))
            .toList();
    // The store answers when it is asked for the third time, and nothing runs before.
    int[] asked = {0};
    io.vertx.core.Promise<Void> open = io.vertx.core.Promise.promise();
    desk =
        new RemedyDesk(
            directory,
            true,
            RemedyDesk.SHORT,
            () ->
                ++asked[0] < 3
                    ? Future.failedFuture("no store yet")
                    : open.future().map(now -> stored));
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", up("app"));
    // When
    desk.hears(down("app", STOPPED));
    String before = desk.first().getString("reason");
    open.complete();
    dev.why502.app.ServiceProcess.until(
        5_000, "it is recalled", () -> desk.first().getInteger("runsThisHour") == 1);
    desk.hears(down("app", STOPPED));
    // Then
    assertEquals("what ran before is not known yet", before);
    assertEquals("it rests after its last run", desk.first().getString("reason"));
    assertEquals(1, desk.first().getInteger("runsThisHour"));
    assertEquals(1, desk.first().getJsonArray("runs").size());
    assertEquals(1, traces());
  }

  private static JsonObject json(RemedyRun run) {
    return new JsonObject(new dev.why502.bus.Json(text -> text).record(run).encode());
  }

  @Test
  void storedRunsReadBackEqual() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart())).sees("app", up("app"));
    desk.hears(down("app", STOPPED));
    RemedyRun run = desk.outcome();
    // When
    RemedyRun read = RemedyRun.read(json(run));
    // Then
    assertEquals(run, read);
    assertNull(RemedyRun.read(new JsonObject().put("id", "x")));
    assertNull(RemedyRun.read(json(run).put("outcome", "splendid")));
    assertNull(RemedyRun.read(json(run).put("startedAt", 5)));
  }

  @Test
  void whatRunsIsEndedAndToldWhenTheServiceStops() throws Exception {
    // Given
    Path up = directory.resolve("up");
    Remedy slow = Given.remedy("slow", "app", "sh", "-c", "echo up > " + up + "; sleep 1000");
    desk.with(Given.definitions(List.of(APP), slow)).sees("app", up("app"));
    desk.hears(down("app", STOPPED));
    dev.why502.app.ServiceProcess.until(10_000, "it runs", () -> Files.exists(up));
    // When
    desk.close();
    // Then
    RemedyRun run = desk.outcome();
    assertEquals(Outcome.NOT_REPAIRED, run.outcome());
    assertTrue(run.summary().contains("could not be told"), run.summary());
  }

  @Test
  void maintenanceHoldsItBack() throws Exception {
    // Given
    desk.with(Given.definitions(List.of(APP), restart()));
    desk.silenced = true;
    // When
    desk.hears(down("app", STOPPED));
    // Then
    assertEquals("the probe is in maintenance", desk.first().getString("reason"));
    assertEquals(0, traces());
  }
}
