package dev.why502.remedy;

/** What a run of a remedy came to. */
public enum Outcome {
  /** It runs; what follows has the same id. */
  STARTED,
  /** The probe is well again, and the program says that it did its part. */
  REPAIRED,
  NOT_REPAIRED,
  /** What was well is not, or the request gets less far than before. */
  WORSE,
  /** It did not run after all: what it was for had changed. */
  WITHDRAWN,
  /** It would have run if it were allowed. */
  WOULD_RUN,
  /** A person lets it run again. */
  RESUMED
}
