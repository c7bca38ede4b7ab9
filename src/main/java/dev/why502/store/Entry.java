package dev.why502.store;

import dev.why502.history.Rollup;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing to remember. JSON comes ready and masked; the store does not look into it. */
public sealed interface Entry {
  /** When it happened, on the wall clock. */
  Instant at();

  /** Its number among the messages of this node, or 0 for what is not published. */
  default long seq() {
    return 0;
  }

  /** How long it is in memory, in characters. */
  default int chars() {
    return 256;
  }

  /**
   * State, cause or confidence of a probe changed.
   *
   * @param since when the state began
   * @param json the verdict
   */
  record VerdictChange(
      String probe,
      long seq,
      Instant at,
      Instant since,
      String state,
      String cause,
      String confidence,
      String json)
      implements Entry {
    @Override
    public int chars() {
      return 256 + json.length();
    }
  }

  /**
   * An incident's transition, with all that must be on disk together with it.
   *
   * @param event what happened: opened, changed, resolved, reminded
   * @param json the incident as it is published
   * @param restore what another run of ours goes on from, or null when the incident is over
   * @param caseJson the evidence of its verdict, for {@code replay}, where there is any
   * @param outgoing who is to be told of it
   */
  record IncidentChange(
      String id,
      long seq,
      Instant at,
      String event,
      String state,
      String cause,
      Instant since,
      @Nullable Instant resolvedAt,
      String json,
      @Nullable String restore,
      @Nullable String caseJson,
      List<Outgoing> outgoing)
      implements Entry {
    /** A case that is longer is left out: it is evidence, not the incident. */
    public static final int MAX_CASE_CHARS = 1 << 20;

    public IncidentChange {
      outgoing = List.copyOf(outgoing);
      if (caseJson != null && caseJson.length() > MAX_CASE_CHARS) {
        caseJson = null;
      }
    }

    @Override
    public int chars() {
      int chars = 512 + json.length() + length(restore) + length(caseJson);
      for (Outgoing message : outgoing) {
        chars += 256 + message.json().length();
      }
      return chars;
    }

    private static int length(@Nullable String text) {
      return text == null ? 0 : text.length();
    }

    IncidentChange withoutCase() {
      return new IncidentChange(
          id, seq, at, event, state, cause, since, resolvedAt, json, restore, null, outgoing);
    }

    /** For one that a later change of the same incident replaces before either is stored. */
    IncidentChange eventOnly() {
      return new IncidentChange(
          id, seq, at, event, state, cause, since, resolvedAt, json, null, null, outgoing);
    }
  }

  /**
   * A message is on its way no more.
   *
   * @param key of the {@link Outgoing}
   * @param outcome in a word or a line, such as {@code delivered} or why it was given up
   */
  record Delivered(String key, Instant at, String outcome) implements Entry {}

  /** Definitions were read: taken, or refused. */
  record DefinitionsVersion(String sha256, Instant at, boolean accepted, String json)
      implements Entry {
    @Override
    public int chars() {
      return 256 + json.length();
    }
  }

  /**
   * A remedy ran. Given again with the same id, it replaces what was known.
   *
   * @param incident the id of the one it was for, where there is one
   * @param outcome {@code running} until it is over
   */
  record RemedyRun(
      String id,
      String remedy,
      String probe,
      @Nullable String incident,
      Instant at,
      String outcome,
      String json)
      implements Entry {
    @Override
    public int chars() {
      return 256 + json.length();
    }
  }

  /** How the runs of a probe went in a minute; given again with more runs in it, it is replaced. */
  record Rolled(Rollup minute) implements Entry {
    @Override
    public Instant at() {
      return minute.start();
    }
  }

  /** What one run saw; only the newest are kept. */
  record RawObservation(String probe, long seq, Instant at, String json) implements Entry {
    @Override
    public int chars() {
      return 256 + json.length();
    }
  }
}
