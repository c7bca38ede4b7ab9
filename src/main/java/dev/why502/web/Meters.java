package dev.why502.web;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.history.Budget;
import dev.why502.history.Figures;
import dev.why502.history.Window;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Our own metrics, in the text format of Prometheus 0.0.4. A run costs a reference and a counter;
 * the text is made when somebody asks. Any thread may call any method.
 */
public final class Meters {
  private final String version;
  private final Map<String, Row> rows = new ConcurrentHashMap<>();
  private final AtomicLong blocked = new AtomicLong();
  private volatile LongSupplier storeErrors = () -> 0;
  private volatile int incidentsOpen;
  private volatile IntSupplier receiversFailing = () -> 0;
  private volatile int sockets;
  private volatile boolean reloadSuccessful;
  private volatile @Nullable Instant reloadedAt;

  public Meters(String version) {
    this.version = version;
  }

  /** A probe has run. */
  public void observed(Observation observation) {
    Row row = row(observation.probe());
    row.seen = observation;
    row.runs(observation.outcome()).incrementAndGet();
  }

  /** Something was concluded about a probe. */
  public void judged(Verdict verdict) {
    row(verdict.probe()).verdict =
        new Judged(verdict.state(), code(verdict.cause()), code(verdict.confidence()));
  }

  /** How a probe has done, in all windows. */
  public void figures(String probe, Figures figures) {
    row(probe).figures = figures;
  }

  /** Definitions were loaded, or refused. */
  public void reloaded(boolean successful, Instant at) {
    reloadSuccessful = successful;
    if (successful) {
      reloadedAt = at;
    }
  }

  /** The probe is no longer declared. */
  public void forget(String probe) {
    rows.remove(probe);
  }

  public void incidentsOpen(int open) {
    incidentsOpen = open;
  }

  /** Who counts them. */
  public void storeErrors(LongSupplier counted) {
    storeErrors = counted;
  }

  /** Who counts them. */
  public void receiversFailing(IntSupplier counted) {
    receiversFailing = counted;
  }

  public void eventLoopBlocked() {
    blocked.incrementAndGet();
  }

  public long storeErrors() {
    return storeErrors.getAsLong();
  }

  public long blocked() {
    return blocked.get();
  }

  /** Viewers connected, on the bridges and on event streams. */
  public int sockets() {
    return sockets;
  }

  void sockets(int connected) {
    sockets = connected;
  }

  /** All families, each with its help and type. */
  public String text() {
    Families out = new Families();
    Map<String, Row> sorted = new TreeMap<>(rows);
    out.family("why502_build_info", "gauge", "The running version; always 1.")
        .sample("version", version, 1);
    out.family(
        "why502_probe_up",
        "gauge",
        "1: people are served (up or degraded); 0: down; absent while it cannot be told.");
    verdicts(
        sorted,
        (probe, judged) -> {
          if (judged.state() != State.UNKNOWN) {
            out.sample("probe", probe, judged.state() == State.DOWN ? 0 : 1);
          }
        });
    out.family("why502_verdict_info", "gauge", "What stands for the probe; always 1.");
    verdicts(
        sorted,
        (probe, judged) ->
            out.sample(
                new String[] {"probe", "state", "cause", "confidence"},
                new String[] {probe, code(judged.state()), judged.cause(), judged.confidence()},
                1));
    out.family(
        "why502_probe_duration_seconds",
        "gauge",
        "Of the latest run, by phase; a phase that did not happen is absent.");
    observations(
        sorted,
        (probe, seen) -> {
          for (Phase phase : Phase.values()) {
            Double millis = seen.phases().get(phase);
            if (millis != null) {
              out.sample(
                  new String[] {"probe", "phase"},
                  new String[] {probe, code(phase)},
                  millis / 1000);
            }
          }
        });
    out.family("why502_probe_runs_total", "counter", "Runs, by how they ended.");
    sorted.forEach(
        (probe, row) -> {
          for (Outcome outcome : Outcome.values()) {
            out.sample(
                new String[] {"probe", "result"},
                new String[] {probe, code(outcome)},
                (double) row.runs(outcome).get());
          }
        });
    promises(sorted, out);
    out.family(
            "why502_probe_lateness_seconds",
            "gauge",
            "How late the latest run began, of the probe that was latest.")
        .sample(lateness());
    out.family("why502_incidents_open", "gauge", "Incidents that are not resolved.")
        .sample(incidentsOpen);
    out.family(
            "why502_config_last_reload_successful",
            "gauge",
            "Whether the definitions that were read last are in force.")
        .sample(reloadSuccessful ? 1 : 0);
    Instant at = reloadedAt;
    out.family(
            "why502_config_last_reload_success_timestamp_seconds",
            "gauge",
            "When definitions were last accepted.")
        .sample(at == null ? 0 : at.toEpochMilli() / 1000.0);
    out.family(
            "why502_bridge_sockets",
            "gauge",
            "Viewers connected: on the bridges and on event streams.")
        .sample(sockets);
    out.family("why502_store_errors_total", "counter", "Writes to the store that failed.")
        .sample((double) storeErrors.getAsLong());
    out.family("why502_receivers_failing", "gauge", "Receivers that cannot be told at the moment.")
        .sample(receiversFailing.getAsInt());
    out.family(
            "why502_event_loop_blocked_total", "counter", "Times an event loop was found blocked.")
        .sample((double) blocked.get());
    return out.text();
  }

  private static void promises(Map<String, Row> sorted, Families out) {
    out.family(
        "why502_probe_uptime_ratio",
        "gauge",
        "Good runs of those known in the window; absent where none is known.");
    figures(
        sorted,
        (probe, figures) ->
            Window.UPTIME.forEach(
                window -> window(out, probe, window, figures.uptime(window).ratio())));
    out.family("why502_probe_objective_ratio", "gauge", "The share of good runs that is promised.");
    figures(
        sorted,
        (probe, figures) -> {
          if (figures.objective() != null) {
            out.sample("probe", probe, figures.objective().target());
          }
        });
    out.family(
        "why502_probe_error_budget_remaining_ratio",
        "gauge",
        "Of the error budget of the objective's window; below 0 when it is overspent.");
    figures(
        sorted,
        (probe, figures) -> {
          Budget budget = figures.budget();
          if (budget != null) {
            out.sample("probe", probe, budget.leftRatio());
          }
        });
    out.family(
        "why502_probe_burn_rate",
        "gauge",
        "How many times as fast as it would just last the error budget is used up.");
    figures(
        sorted,
        (probe, figures) ->
            Window.BURN.forEach(window -> window(out, probe, window, figures.burnRate(window))));
  }

  private static void window(Families out, String probe, Window window, OptionalDouble value) {
    if (value.isPresent()) {
      out.sample(
          new String[] {"probe", "window"},
          new String[] {probe, window.code()},
          value.getAsDouble());
    }
  }

  private static void figures(Map<String, Row> rows, BiConsumer<String, Figures> each) {
    rows(rows, row -> row.figures, each);
  }

  private double lateness() {
    double[] latest = {0};
    observations(rows, (probe, seen) -> latest[0] = Math.max(latest[0], seen.lateMillis()));
    return latest[0] / 1000;
  }

  private static void verdicts(Map<String, Row> rows, BiConsumer<String, Judged> each) {
    rows(rows, row -> row.verdict, each);
  }

  private static void observations(Map<String, Row> rows, BiConsumer<String, Observation> each) {
    rows(rows, row -> row.seen, each);
  }

  private static <T> void rows(
      Map<String, Row> rows, Function<Row, @Nullable T> part, BiConsumer<String, T> each) {
    rows.forEach(
        (probe, row) -> {
          T there = part.apply(row);
          if (there != null) {
            each.accept(probe, there);
          }
        });
  }

  private Row row(String probe) {
    // A look without a lock first: the row is there but once.
    Row known = rows.get(probe);
    return known == null ? rows.computeIfAbsent(probe, name -> new Row()) : known;
  }

  private static String code(Enum<?> value) {
    return value instanceof Cause cause
        ? cause.code()
        : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private record Judged(State state, String cause, String confidence) {}

  private static final class Row {
    private volatile @Nullable Observation seen;
    private volatile @Nullable Judged verdict;
    private volatile @Nullable Figures figures;
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong unexpected = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    AtomicLong runs(Outcome outcome) {
      return switch (outcome) {
        case EXPECTED -> expected;
        case UNEXPECTED -> unexpected;
        case FAILED -> failed;
      };
    }
  }
}
