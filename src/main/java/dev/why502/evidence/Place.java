package dev.why502.evidence;

import org.jspecify.annotations.Nullable;

/**
 * A line of a file.
 *
 * @param line from 1
 * @param text the directive as it stands there, secrets masked
 * @param sha256 of the whole file as it was read, lower-case hex; null when not known
 */
public record Place(String file, int line, String text, @Nullable String sha256) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
