package dev.why502.diagnosis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What cures a cause.
 *
 * @param at the line to change, or null
 * @param steps shell commands for people, each safely quoted; empty where a person must look
 * @param verify a command that tells whether it helped, or null
 * @param replace all that is to be changed in that line, where it is so simple; else null
 */
public record Fix(
    String summary,
    @Nullable At at,
    List<String> steps,
    @Nullable String verify,
    @Nullable Replacement replace) {
  public Fix {
    steps = List.copyOf(steps);
  }

  /** Nothing that could be said in one replacement. */
  public Fix(String summary, @Nullable At at, List<String> steps, @Nullable String verify) {
    this(summary, at, steps, verify, null);
  }

  /** One text in place of another, once. */
  public record Replacement(String from, String to) {}

  /** A line of a file as it was when the evidence was taken. */
  public record At(String file, int line, @Nullable String sha256) {}
}
