package dev.why502.conf;

import dev.why502.definition.Definitions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a definitions file once.
 *
 * @param definitions null exactly if there are problems
 * @param problems every fault found, at most 1,000 and then one that counts the rest
 * @param warnings what a person should know though the file is in order, as {@code pointer:
 *     message}
 * @param files every file that was read, or should have been, to the SHA-256 of its content in hex;
 *     {@link #UNREADABLE} for one that could not be read
 */
public record Reading(
    @Nullable Definitions definitions,
    List<Problem> problems,
    List<String> warnings,
    Map<Path, String> files) {
  /** Stands for the hash of a file that could not be read. */
  public static final String UNREADABLE = "unreadable";

  public Reading {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    files = Map.copyOf(files);
    if ((definitions == null) == problems.isEmpty()) {
      throw new IllegalArgumentException("either definitions or problems");
    }
  }

  public boolean accepted() {
    return definitions != null;
  }
}
