package dev.why502.app;

import dev.why502.bus.Latest;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Verdict;
import dev.why502.web.Probes;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The probes that are in force, with what stands for each. Any thread may ask. */
final class DeclaredProbes implements Probes {
  private final Latest latest;
  private final UnaryOperator<String> mask;
  private volatile NavigableMap<String, Probe> declared = Collections.emptyNavigableMap();

  /**
   * @param mask hides secrets
   */
  DeclaredProbes(Latest latest, UnaryOperator<String> mask) {
    this.latest = latest;
    this.mask = mask;
  }

  void replace(Collection<Probe> probes) {
    NavigableMap<String, Probe> next = new TreeMap<>();
    probes.forEach(probe -> next.put(probe.id(), probe));
    declared = Collections.unmodifiableNavigableMap(next);
  }

  @Override
  public Stream<JsonObject> after(@Nullable String id) {
    NavigableMap<String, Probe> now = declared;
    return (id == null ? now : now.tailMap(id, false)).values().stream().map(this::shown);
  }

  @Override
  public @Nullable JsonObject one(String id) {
    Probe probe = declared.get(id);
    return probe == null ? null : shown(probe);
  }

  private JsonObject shown(Probe probe) {
    Verdict verdict = latest.verdict(probe.id());
    JsonObject labels = new JsonObject();
    probe.labels().forEach((name, value) -> labels.put(mask.apply(name), mask.apply(value)));
    return new JsonObject()
        .put("id", probe.id())
        .put("target", mask.apply(probe.target().text()))
        .put("description", probe.description() == null ? null : mask.apply(probe.description()))
        .put("labels", labels)
        .put("edge", probe.edge())
        .put("enabled", probe.enabled())
        .put("interval", probe.interval().toMillis() + "ms")
        .put("state", verdict == null ? "unknown" : verdict.state().name().toLowerCase(Locale.ROOT))
        .put("since", verdict == null ? null : verdict.since().toString());
  }
}
