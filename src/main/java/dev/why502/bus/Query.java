package dev.why502.bus;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer asks for.
 *
 * @param id of the one incident that is meant, or null
 * @param limit at most so many; {@link Integer#MAX_VALUE} when it does not say
 * @param after the token that the page before ended with, or null
 * @param problem why the request cannot be answered, or null
 */
record Query(
    @Nullable String probe,
    @Nullable String id,
    int limit,
    @Nullable String after,
    @Nullable String problem) {
  /** Failure code of a request that cannot be answered. */
  static final int BAD_REQUEST = 400;

  private static final List<String> KEYS = List.of("probe", "limit", "after", "lang");
  private static final List<String> INCIDENT_KEYS =
      List.of("id", "probe", "limit", "after", "lang");

  /**
   * @param incidents whether it is asked of incidents, which have ids of their own
   */
  static Query of(@Nullable Object body, boolean incidents) {
    if (body == null) {
      return new Query(null, null, Integer.MAX_VALUE, null, null);
    }
    List<String> keys = incidents ? INCIDENT_KEYS : KEYS;
    if (!(body instanceof JsonObject request)) {
      return problem("a JSON object such as {\"limit\": 10} is needed");
    }
    for (String key : request.fieldNames()) {
      if (!keys.contains(key)) {
        return problem("known keys are " + String.join(", ", keys));
      }
    }
    Object limit = request.getValue("limit");
    if (limit != null
        && !(limit instanceof Integer number && number >= 1)
        && !(limit instanceof Long big && big >= 1)) {
      return problem("limit must be a whole number from 1 on");
    }
    for (String key : List.of("id", "probe", "after", "lang")) {
      Object value = request.getValue(key);
      if (value != null && !(value instanceof String)) {
        return problem(key + " must be a text");
      }
    }
    int most =
        limit == null
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, ((Number) limit).longValue());
    return new Query(
        request.getString("probe"),
        request.getString("id"),
        most,
        request.getString("after"),
        null);
  }

  private static Query problem(String problem) {
    return new Query(null, null, 0, null, problem);
  }
}
