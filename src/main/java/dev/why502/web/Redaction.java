package dev.why502.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What strangers may see of a verdict, an incident, a list of them: no evidence data and no fix.
 */
final class Redaction {
  private Redaction() {}

  static @Nullable Object of(@Nullable Object value) {
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      for (Object element : array) {
        copy.add(of(element));
      }
      return copy;
    }
    if (value instanceof JsonObject object) {
      return of(object);
    }
    return value;
  }

  static JsonObject of(JsonObject object) {
    JsonObject copy = new JsonObject();
    for (String key : object.fieldNames()) {
      if (!key.equals("fix") && !key.equals("data")) {
        copy.put(key, of(object.getValue(key)));
      }
    }
    return copy;
  }
}
