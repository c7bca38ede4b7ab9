package dev.why502.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program that its owner permits to be run against a cause.
 *
 * @param causes codes of the causes that it is for; it never runs for another one
 * @param run program and arguments, never read by a shell; {@link Placeholder}s in the arguments
 *     are filled from what the verdict says is to be changed
 * @param directory where it runs, absolute
 * @param environment what it finds there besides what every remedy finds; may hold secrets
 * @param timeout after which all that it has started is ended
 * @param cooldown how long it rests after a run
 * @param maxPerHour most runs begun within an hour
 * @param rounds for how many rounds in a row a probe's cause must have stood
 */
public record Remedy(
    String id,
    Set<String> causes,
    Selection selection,
    List<String> run,
    String directory,
    Map<String, String> environment,
    Duration timeout,
    Duration cooldown,
    int maxPerHour,
    int rounds,
    Sureness sureness) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration DEFAULT_COOLDOWN = Duration.ofMinutes(10);
  public static final int DEFAULT_MAX_PER_HOUR = 3;
  public static final int DEFAULT_ROUNDS = 2;
  public static final String DEFAULT_DIRECTORY = "/";

  public Remedy {
    causes = Set.copyOf(causes);
    run = List.copyOf(run);
    environment = Map.copyOf(environment);
  }

  /** How sure a verdict must be. */
  public enum Sureness {
    /** The cause was seen directly. */
    CERTAIN,
    /** It is the only known one that fits. */
    LIKELY
  }

  /** What an argument may leave to the verdict. */
  public enum Placeholder {
    /** The file whose line is to be changed. */
    FILE("file"),
    LINE("line"),
    /** Of the file as it was when the evidence was taken. */
    SHA256("sha256"),
    /** What is to be replaced in the line. */
    FROM("from"),
    /** What is to take its place. */
    TO("to"),
    /** Id of the declared upstream that the verdict speaks of. */
    UPSTREAM("upstream"),
    PROBE("probe");

    private final String word;

    Placeholder(String word) {
      this.word = word;
    }

    /** As it stands in an argument, in braces. */
    public String inBraces() {
      return "{" + word + "}";
    }

    /** The variable that the program finds it in. */
    public String variable() {
      return "WHY502_" + name();
    }

    /** The one with this word, or null. */
    public static @Nullable Placeholder of(String word) {
      for (Placeholder one : values()) {
        if (one.word.equals(word)) {
          return one;
        }
      }
      return null;
    }
  }

  /** Names it, and nothing that may be secret. */
  @Override
  public String toString() {
    return "Remedy[" + id + "]";
  }
}
