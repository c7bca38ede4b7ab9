package dev.why502.matrix;

import dev.why502.app.OneDiagnosis;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.matrix.Ground.Told;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One fault in front of one gateway: made, diagnosed three times, and cured. */
final class Cell {
  /** What is seen on the wire of a cause, where its chain does not hold it as a step. */
  private static final Map<Cause, Set<Cause>> LESS_DEEP =
      Map.of(
          Cause.UPSTREAM_KEEPALIVE_RACE, Set.of(Cause.UPSTREAM_RESET),
          Cause.UPSTREAM_WRONG_SERVICE, Set.of(Cause.UPSTREAM_INVALID_RESPONSE),
          Cause.GATEWAY_EXHAUSTED,
              Set.of(Cause.EDGE_TIMEOUT, Cause.EDGE_RESET, Cause.EDGE_CONNECT_TIMEOUT));

  private static final long NEXT_CHECKS_MILLIS = 2_000;

  private final Fault fault;
  private final Program program;
  private final OneDiagnosis diagnosis;
  private final List<String> faults = new ArrayList<>();
  private final JsonObject result;
  private boolean wellBehind;

  Cell(Fault fault, Program program, OneDiagnosis diagnosis) {
    this.fault = fault;
    this.program = program;
    this.diagnosis = diagnosis;
    this.result =
        new JsonObject()
            .put("fault", fault.id)
            .put("title", fault.title)
            .put("gateway", program.title())
            .put("expected", fault.cause(program.kind()).code())
            .put("inapplicable", fault.inapplicable(program.kind()))
            .put("configured", fault.configured);
  }

  /** What it came to; never fails. */
  JsonObject run(Path directory, Certificates certificates, Names names) {
    if (fault.inapplicable(program.kind()) != null) {
      return result.put("faults", new JsonArray());
    }
    long began = System.nanoTime();
    try (Ground ground = new Ground(program, directory, certificates, names)) {
      fault.make(ground);
      ground.start();
      judge(ground);
    } catch (Exception | AssertionError broken) {
      faults.add("the fault could not be made: " + broken);
    }
    return result
        .put("millis", (System.nanoTime() - began) / 1_000_000)
        .put("faults", new JsonArray(faults));
  }

  private void judge(Ground ground) throws Exception {
    List<Verdict> all = round(ground, Told.ALL);
    wellBehind = ground.mustBeUp.contains("backend");
    Verdict full = of(all, "site");
    tell("all", full);
    whole(ground, all, full);
    ground.gateway().config(false);
    Verdict noConfig = of(round(ground, Told.NO_CONFIG), "site");
    ground.gateway().config(true);
    tell("noConfig", noConfig);
    shallower("without its configuration", noConfig, full);
    ground.gateway().loseLog();
    Verdict noLog = of(round(ground, Told.NO_LOG), "site");
    tell("noLog", noLog);
    shallower("without its log", noLog, full);
    if (fault.configured) {
      cure(ground, full);
    }
  }

  private List<Verdict> round(Ground ground, Told told) throws Exception {
    ground.prepare();
    return diagnosis.of(ground.definitions(told));
  }

  private static Verdict of(List<Verdict> verdicts, String probe) {
    return verdicts.stream()
        .filter(verdict -> verdict.probe().equals(probe))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no verdict of " + probe));
  }

  private void tell(String key, Verdict verdict) {
    JsonArray evidence = new JsonArray();
    verdict.evidence().forEach(one -> evidence.add(one.kind().code() + ": " + one.summary()));
    JsonArray chain = new JsonArray();
    verdict.chain().forEach(link -> chain.add(link.cause().code() + ": " + link.summary()));
    Fix fix = verdict.fix();
    result.put(
        key,
        new JsonObject()
            .put("state", verdict.state().name().toLowerCase(java.util.Locale.ROOT))
            .put("cause", verdict.cause().code())
            .put("confidence", verdict.confidence().name().toLowerCase(java.util.Locale.ROOT))
            .put("summary", verdict.summary())
            .put("chain", chain)
            .put("unsettled", verdict.unsettled().toString())
            .put("fix", fix == null ? "" : fix.summary() + " " + fix.steps())
            .put("evidence", evidence));
  }

  /** With all that there is to know: the cause, what it names, and nobody else blamed. */
  private void whole(Ground ground, List<Verdict> all, Verdict full) {
    Cause expected = fault.cause(program.kind());
    if (full.cause() != expected || full.state() != fault.state) {
      faults.add(
          "expected "
              + fault.state
              + " "
              + expected.code()
              + ", got "
              + full.state()
              + " "
              + full.cause().code()
              + " ("
              + full.confidence()
              + "): "
              + full.summary());
    }
    StringBuilder said = new StringBuilder(full.summary());
    full.chain().forEach(link -> said.append('\n').append(link.summary()));
    Fix fix = full.fix();
    if (fix != null) {
      said.append('\n').append(fix.summary()).append(fix.steps()).append(fix.at());
    }
    for (String text : ground.mustName) {
      if (said.indexOf(text) < 0) {
        faults.add("nothing names " + text + ": " + said);
      }
    }
    if (fault.state == State.UP && OneDiagnosis.exitStatus(all) != 0) {
      faults.add("the exit status is " + OneDiagnosis.exitStatus(all));
    }
    for (Verdict other : all) {
      if (fault.state == State.UP && !other.risks().isEmpty()) {
        faults.add(other.probe() + " is said to be at risk: " + other.risks());
      }
      if (ground.mustBeUp.contains(other.probe()) && other.state() != State.UP) {
        faults.add(
            other.probe()
                + " is well and is called "
                + other.state()
                + " "
                + other.cause().code()
                + ": "
                + other.summary());
      }
    }
  }

  /** Less evidence may tell less, and nothing else. */
  private void shallower(String how, Verdict verdict, Verdict full) {
    boolean named = verdict.cause() == fault.cause(program.kind());
    boolean less =
        verdict.confidence() == dev.why502.diagnosis.Confidence.POSSIBLE
            || verdict.state() == State.UNKNOWN
            || open(verdict)
            || verdict.cause().layer() == Cause.Layer.SYMPTOM
            || full.chain().stream().anyMatch(link -> link.cause() == verdict.cause())
            || misdirected(verdict)
            || LESS_DEEP
                .getOrDefault(fault.cause(program.kind()), Set.of())
                .contains(verdict.cause())
            || (verdict.state() == State.UP && fault.state == State.DEGRADED);
    if (!named && !less) {
      faults.add(
          how
              + " it becomes "
              + verdict.cause().code()
              + " ("
              + verdict.confidence()
              + "): "
              + verdict.summary());
    }
  }

  /** What is only likely says itself that the cause of the row is not settled. */
  private boolean open(Verdict verdict) {
    return verdict.confidence() == dev.why502.diagnosis.Confidence.LIKELY
        && verdict.unsettled().stream().anyMatch(one -> one.cause() == fault.cause(program.kind()));
  }

  /** The gateway fails, the service does not, and nothing shows what lies between. */
  private boolean misdirected(Verdict verdict) {
    return verdict.cause() == Cause.GATEWAY_MISDIRECTED && wellBehind;
  }

  private void cure(Ground ground, Verdict full) throws Exception {
    Fix fix = full.fix();
    if (fix == null || fix.steps().isEmpty()) {
      result.put("cure", "no steps are printed");
      return;
    }
    String failed = ground.gateway().follow(fix.steps());
    if (failed != null) {
      result.put("cure", "a step fails: " + failed);
      return;
    }
    if (ground.site.healthPath != null) {
      // A reload forgets what checks found: only after the next ones it is seen whether they pass.
      new CountDownLatch(1).await(NEXT_CHECKS_MILLIS, TimeUnit.MILLISECONDS);
    }
    Verdict after = of(round(ground, Told.NO_LOG), "site");
    result.put(
        "cure",
        after.state() == State.UP
            ? "up"
            : "still " + after.cause().code() + ": " + after.summary() + " after " + fix.steps());
  }
}
