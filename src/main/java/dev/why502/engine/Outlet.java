package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Case;
import dev.why502.observation.Observation;

/** Where the engine's results go: the bus, the metrics, the latest verdicts. */
public interface Outlet {
  void observed(Probe probe, Observation observation);

  /**
   * A verdict that is news, or that is repeated because a minute has passed.
   *
   * @param taken the case that it was drawn from
   */
  void judged(Verdict verdict, Case taken);

  /**
   * What a round or a look of it came to, whether it is news or not; after {@link #judged} where it
   * is. What stands well and is met again so is said with the time of that round.
   */
  void concluded(Verdict verdict);

  /** The engine's event loop comes round: called every {@link EngineVerticle#BEAT_MILLIS} ms. */
  void alive();

  /** The probe is no longer defined. */
  void forgotten(String probe);
}
