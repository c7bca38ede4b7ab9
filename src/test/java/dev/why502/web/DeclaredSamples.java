package dev.why502.web;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Probes that a test declares. */
public final class DeclaredSamples implements Probes {
  private final ConcurrentNavigableMap<String, JsonObject> all = new ConcurrentSkipListMap<>();

  public DeclaredSamples declare(String id, String state) {
    return declare(
        new JsonObject()
            .put("id", id)
            .put("target", "https://site.example/" + id)
            .putNull("description")
            .put("labels", new JsonObject().put("team", "web"))
            .put("edge", true)
            .put("enabled", true)
            .put("interval", "10000ms")
            .put("state", state)
            .putNull("since"));
  }

  /** A probe as the API lists it. */
  public DeclaredSamples declare(JsonObject probe) {
    all.put(probe.getString("id"), probe);
    return this;
  }

  public DeclaredSamples disable(String id) {
    all.get(id).put("enabled", false);
    return this;
  }

  public void clear() {
    all.clear();
  }

  public int size() {
    return all.size();
  }

  @Override
  public Stream<JsonObject> after(@Nullable String id) {
    return (id == null ? all : all.tailMap(id, false)).values().stream();
  }

  @Override
  public @Nullable JsonObject one(String id) {
    return all.get(id);
  }
}
