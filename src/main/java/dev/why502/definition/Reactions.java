package dev.why502.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to follow when something fails.
 *
 * @param deadman is told that we watch, or null
 */
public record Reactions(
    Alerting alerting, Maintenance maintenance, List<Remedy> remedies, @Nullable Deadman deadman) {
  /** Nobody is told, and nothing is done. */
  public static final Reactions NONE =
      new Reactions(Alerting.NONE, Maintenance.NONE, List.of(), null);

  public Reactions {
    remedies = List.copyOf(remedies);
  }
}
