package dev.why502.web;

import dev.why502.definition.Objective;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered. Texts come as they were published, secrets masked; what strangers may not see
 * is left out here, by who answers. A failed future means that the memory cannot be read now.
 */
public interface History {
  /** Nothing is remembered. */
  History NONE = new NoHistory();

  /** The clock that what is remembered was dated by. */
  Instant now();

  /** What the definitions promise of a probe, or null. */
  @Nullable Objective objective(String probe);

  /**
   * Of one probe, merged over all parts, the oldest first. The newest one is the step under way,
   * with what is known of it: also of an hour and of a day.
   *
   * @param from whose start is not before it
   * @param to whose start is before it
   */
  Future<List<Rollup>> rollups(String probe, Step step, Instant from, Instant to);

  /** Of all probes or one, in some order that stays. */
  Future<Slice<Rollup>> rollups(Step step, Search search);

  /** Verdicts as they were published when state, cause or confidence changed, the newest first. */
  Future<Slice<JsonObject>> verdicts(Search search);

  /**
   * Incidents as they were published last, the newest first: those that lasted at any time of the
   * span.
   *
   * @param state {@code open}, {@code flapping}, {@code resolved}, or null for all
   */
  Future<Slice<JsonObject>> incidents(@Nullable String state, Search search);

  /** One incident; {@link Story#NONE} where there is none of this id. */
  Future<Story> incident(String id);

  /**
   * What of a list is asked for.
   *
   * @param probe null for all
   * @param after the token that the slice before ended with, or null
   * @param limit at most so many
   */
  record Search(
      @Nullable String probe, Instant from, Instant to, @Nullable String after, int limit) {
    public Search next(String token) {
      return new Search(probe, from, to, token, limit);
    }

    Search atMost(int fewer) {
      return new Search(probe, from, to, after, fewer);
    }
  }

  /**
   * A part of a list.
   *
   * @param next token that the next part is asked with: letters, digits, dot, dash, underscore;
   *     null at the end
   */
  record Slice<T>(List<T> items, @Nullable String next) {
    public Slice {
      items = List.copyOf(items);
    }
  }

  /** The newest case that an incident was made of, for {@code replay}; secrets masked. */
  Future<Optional<String>> incidentCase(String id);

  /**
   * One incident with all that happened to it.
   *
   * @param incident as it was published last, or null
   * @param events each time it was published, the oldest first, each says in one word more what it
   *     was: opened, changed, resolved, reminded
   * @param remedies that ran, or would have run, for it: as they were published last
   */
  record Story(@Nullable JsonObject incident, List<JsonObject> events, List<JsonObject> remedies) {
    public static final Story NONE = new Story(null, List.of(), List.of());

    public Story {
      events = List.copyOf(events);
      remedies = List.copyOf(remedies);
    }
  }
}
