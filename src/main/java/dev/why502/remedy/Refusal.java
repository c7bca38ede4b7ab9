package dev.why502.remedy;

/** Why a remedy does not run now: the first of these that holds. */
enum Refusal {
  OTHER_CAUSE("no probe of its own has its cause"),
  NOT_SURE("the verdict is not as sure as it asks for"),
  TOO_FEW_ROUNDS("the cause has not stood for enough rounds"),
  NOT_RECALLED("what ran before is not known yet"),
  STOPPED("it is stopped until a person resumes it"),
  MAINTENANCE("the probe is in maintenance"),
  NOT_FILLED("the verdict does not give what its arguments ask for"),
  FILE_CHANGED("the file that the verdict speaks of has changed since"),
  ANOTHER_RUNS("another remedy runs on this host"),
  COOLING_DOWN("it rests after its last run"),
  TOO_OFTEN("it has run as often as an hour allows"),
  /** The last one: all else would let it run. */
  NOT_ALLOWED("the service runs without --allow-remedies");

  private final String words;

  Refusal(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
