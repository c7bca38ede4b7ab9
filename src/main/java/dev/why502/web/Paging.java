package dev.why502.web;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param limit at most so many; {@link Integer#MAX_VALUE} when it does not say
 * @param after the token that the page before ended with, or null
 * @param probe of this probe only, or null
 */
record Paging(int limit, @Nullable String after, @Nullable String probe) {
  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final Map<String, Pattern> KNOWN =
      Map.of("limit", LIMIT, "after", ID, "probe", ID);

  private static final Map<String, String> WORDS =
      Map.of(
          "limit", "must be a whole number from 1 on",
          "after", "must be what \"next\" said on the page before",
          "probe", "must be the id of a probe");

  /** Answers the request itself where it cannot be read, and is null then. */
  static @Nullable Paging of(RoutingContext context) {
    MultiMap given = context.queryParams();
    for (String name : List.of("limit", "after", "probe")) {
      List<String> values = given.getAll(name);
      if (values.size() > 1) {
        Replies.problem(context.response(), name, "must stand there once");
        return null;
      }
      if (!values.isEmpty() && !matches(name, values.get(0))) {
        Replies.problem(context.response(), name, String.valueOf(WORDS.get(name)));
        return null;
      }
    }
    String limit = given.get("limit");
    return new Paging(
        limit == null ? Integer.MAX_VALUE : Integer.parseInt(limit),
        given.get("after"),
        given.get("probe"));
  }

  private static boolean matches(String name, String value) {
    Pattern pattern = KNOWN.get(name);
    return pattern != null && pattern.matcher(value).matches();
  }

  /** As the bus is asked. */
  JsonObject query() {
    JsonObject query = new JsonObject();
    if (limit != Integer.MAX_VALUE) {
      query.put("limit", limit);
    }
    if (after != null) {
      query.put("after", after);
    }
    if (probe != null) {
      query.put("probe", probe);
    }
    return query;
  }
}
