package dev.why502.history;

import dev.why502.definition.Objective;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one probe has done, in all windows.
 *
 * @param uptimes of each window
 * @param objective null where nothing is promised
 */
public record Figures(Map<Window, Uptime> uptimes, @Nullable Objective objective) {
  public Figures {
    uptimes = Map.copyOf(uptimes);
  }

  /**
   * Of all windows.
   *
   * @param uptimes asked once for each window
   */
  public static Figures of(Function<Window, Uptime> uptimes, @Nullable Objective objective) {
    Map<Window, Uptime> all = new EnumMap<>(Window.class);
    for (Window window : Window.values()) {
      all.put(window, uptimes.apply(window));
    }
    return new Figures(all, objective);
  }

  public Uptime uptime(Window window) {
    return Objects.requireNonNull(uptimes.get(window));
  }

  /** The objective's window, or null where nothing is promised. */
  public @Nullable Window promised() {
    return objective == null ? null : Window.of(objective.window());
  }

  /** Null where nothing is promised. */
  public @Nullable Budget budget() {
    Window window = promised();
    return objective == null || window == null ? null : Budget.of(objective, uptime(window));
  }

  /** Empty where nothing is promised, or no run is known. */
  public OptionalDouble burnRate(Window window) {
    return objective == null ? OptionalDouble.empty() : Budget.burnRate(objective, uptime(window));
  }
}
