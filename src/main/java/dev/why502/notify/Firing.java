package dev.why502.notify;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * An incident that lasts and that somebody was told of.
 *
 * @param incident as it goes over the bus
 * @param labels of the probe that it befell first
 * @param receivers names of all who were told
 */
public record Firing(JsonObject incident, Map<String, String> labels, Set<String> receivers) {
  public Firing {
    labels = Map.copyOf(labels);
    receivers = Set.copyOf(receivers);
  }
}
