package dev.why502.definition;

/** Which process serves a probe's target. */
public record ProcessSelector(Kind kind, String name) {
  /** Who knows the process; COMMAND is an RE2 pattern found in its command line. */
  public enum Kind {
    PM2,
    SYSTEMD,
    COMMAND
  }
}
