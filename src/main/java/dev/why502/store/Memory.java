package dev.why502.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an earlier run of this node left.
 *
 * @param lastSeq the highest number that was stored, or 0; a little higher ones may have been
 *     published
 * @param verdicts what stood last, by probe
 * @param incidents those that were not over, oldest first
 * @param undelivered messages nobody knows the end of, oldest first
 */
public record Memory(
    long lastSeq,
    Map<String, Standing> verdicts,
    List<OpenIncident> incidents,
    List<Outgoing> undelivered) {
  public static final Memory NONE = new Memory(0, Map.of(), List.of(), List.of());

  public Memory {
    verdicts = Map.copyOf(verdicts);
    incidents = List.copyOf(incidents);
    undelivered = List.copyOf(undelivered);
  }

  /** A probe's last change. */
  public record Standing(
      String probe,
      long seq,
      Instant at,
      Instant since,
      String state,
      String cause,
      String confidence) {}

  /**
   * An incident that was not over.
   *
   * @param restore as it was given with its last change
   */
  public record OpenIncident(String id, long seq, Instant at, String restore) {}
}
