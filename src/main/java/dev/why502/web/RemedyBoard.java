package dev.why502.web;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Remedies as they are shown, and the one thing that a person may do with them. */
public interface RemedyBoard {
  /** None are defined. */
  RemedyBoard NONE =
      new RemedyBoard() {
        @Override
        public Future<JsonObject> all() {
          return Future.succeededFuture(
              new JsonObject().put("remedies", new io.vertx.core.json.JsonArray()));
        }

        @Override
        public Future<@Nullable JsonObject> resume(String id) {
          return Future.<@Nullable JsonObject>succeededFuture();
        }
      };

  /** {@code {"remedies": [...]}}, secrets masked. */
  Future<JsonObject> all();

  /** The remedy as it is once it may run again, or null for one that is not defined. */
  Future<@Nullable JsonObject> resume(String id);
}
