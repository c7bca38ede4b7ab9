package dev.why502.incident;

import dev.why502.diagnosis.Locus;
import java.util.List;

/**
 * An incident as it is stored: with it {@link Incidents#restore} goes on where another run of ours
 * ended. Stored together with each event, it is complete enough: what happened to its members
 * between two events is met again by their next rounds.
 *
 * @param keys names of what is broken
 * @param crowd names what incidents that are alike would be gathered under
 * @param grade how much is known of what is broken
 * @param ageMillis from its opening to the time of its record
 * @param longestIntervalMillis of its members
 * @param told whether somebody was told of it
 * @param changes how many were told
 */
public record Stored(
    Incident incident,
    List<String> keys,
    String crowd,
    Locus.Grade grade,
    Locus.Stage stage,
    long ageMillis,
    long longestIntervalMillis,
    boolean told,
    int changes,
    List<Member> members) {
  public Stored {
    keys = List.copyOf(keys);
    members = List.copyOf(members);
  }

  /**
   * One probe's part in it.
   *
   * @param proven whether a verdict of it named what is broken
   */
  public record Member(String probe, boolean failing, boolean down, boolean proven) {}
}
