package dev.why502.bus;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer asks for.
 *
 * @param limit at most so many; {@link Integer#MAX_VALUE} when it does not say
 * @param after the token that the page before ended with, or null
 * @param problem why the request cannot be answered, or null
 */
record Query(@Nullable String probe, int limit, @Nullable String after, @Nullable String problem) {
  /** Failure code of a request that cannot be answered. */
  static final int BAD_REQUEST = 400;

  private static final Set<String> KEYS = Set.of("probe", "limit", "after");

  static Query of(@Nullable Object body) {
    if (body == null) {
      return new Query(null, Integer.MAX_VALUE, null, null);
    }
    if (!(body instanceof JsonObject request)) {
      return problem("a JSON object such as {\"limit\": 10} is needed");
    }
    for (String key : request.fieldNames()) {
      if (!KEYS.contains(key)) {
        return problem("known keys are probe, limit and after");
      }
    }
    Object limit = request.getValue("limit");
    if (limit != null
        && !(limit instanceof Integer number && number >= 1)
        && !(limit instanceof Long big && big >= 1)) {
      return problem("limit must be a whole number from 1 on");
    }
    for (String key : new String[] {"probe", "after"}) {
      Object value = request.getValue(key);
      if (value != null && !(value instanceof String)) {
        return problem(key + " must be a text");
      }
    }
    int most =
        limit == null
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, ((Number) limit).longValue());
    return new Query(request.getString("probe"), most, request.getString("after"), null);
  }

  private static Query problem(String problem) {
    return new Query(null, 0, null, problem);
  }
}
