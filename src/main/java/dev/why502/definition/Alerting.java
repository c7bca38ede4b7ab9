package dev.why502.definition;

/** Who is told of incidents, and how. */
public record Alerting() {
  /** Nobody. */
  public static final Alerting NONE = new Alerting();
}
