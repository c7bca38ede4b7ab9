package dev.why502.evidence;

import org.jspecify.annotations.Nullable;

/**
 * Whether something could be read, and if not, why.
 *
 * @param why null when it could be read
 */
public record Access(boolean readable, @Nullable String why) {
  public static final Access GRANTED = new Access(true, null);

  public static Access denied(String why) {
    return new Access(false, why);
  }
}
