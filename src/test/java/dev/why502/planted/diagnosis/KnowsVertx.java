package dev.why502.planted.diagnosis;

import io.vertx.core.json.JsonObject;

/** Planted. */
public final class KnowsVertx {
  private KnowsVertx() {}

  static int size(JsonObject object) {
    return object.size();
  }
}
