package dev.why502.web;

import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The declared probes, as everybody may see them: id, target, description, labels, edge, enabled,
 * interval, state, since. Each is made when it is looked at, since there may be fifty thousand.
 */
public interface Probes {
  /** In the order of their ids, from behind the given one on; null for all. */
  Stream<JsonObject> after(@Nullable String id);

  /** One of them; null when no such probe is declared. */
  @Nullable JsonObject one(String id);
}
