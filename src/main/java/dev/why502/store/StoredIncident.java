package dev.why502.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident as its last change left it.
 *
 * @param json as it was published last
 */
public record StoredIncident(
    String id,
    long seq,
    Instant at,
    String state,
    String cause,
    Instant since,
    @Nullable Instant resolvedAt,
    String json) {

  /**
   * One of its transitions.
   *
   * @param event opened, changed, resolved or reminded
   * @param json the incident as it was published then
   */
  public record Change(
      String event, long seq, Instant at, String state, String cause, String json) {}

  /**
   * A message that was to be sent.
   *
   * @param outcome null as long as it is under way
   */
  public record Message(
      String key,
      String receiver,
      Instant at,
      @Nullable Instant deliveredAt,
      @Nullable String outcome) {}

  /**
   * An incident with all that happened to it, oldest first.
   *
   * @param cases whether a case of it is stored
   */
  public record Story(
      StoredIncident incident, List<Change> changes, List<Message> messages, boolean cases) {
    public Story {
      changes = List.copyOf(changes);
      messages = List.copyOf(messages);
    }
  }
}
