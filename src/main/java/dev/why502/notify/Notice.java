package dev.why502.notify;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that one receiver is to be told: what is stored together with the incident, handed in,
 * and, when the receiver took it, ticked off by its key.
 *
 * @param key the same for the same thing, before and after a restart
 * @param receiver name of the one who is told
 * @param incident as it goes over the bus, without what no message shows
 * @param labels of the probe that it befell first
 * @param before code of the cause that it had until now; null where that did not change
 * @param remedy outcome of a remedy, with that kind
 */
public record Notice(
    String key,
    String receiver,
    Kind kind,
    JsonObject incident,
    Map<String, String> labels,
    @Nullable String before,
    @Nullable JsonObject remedy) {
  /** What happened. */
  public enum Kind {
    OPENED,
    CHANGED,
    RESOLVED,
    /** It still lasts. */
    REMINDED,
    /** A remedy was tried. */
    REMEDIED,
    /** Nothing: somebody asks whether messages arrive. */
    TEST
  }

  static final int MAX_PROBES = 10;

  /** What messages speak of; an incident's evidence alone may be hundreds of kilobytes. */
  private static final List<String> KEPT =
      List.of(
          "id",
          "state",
          "severity",
          "cause",
          "confidence",
          "summary",
          "gateway",
          "upstream",
          "affected",
          "failing",
          "since",
          "resolvedAt",
          "mergedInto",
          "at",
          "seq",
          "node");

  /** Of a run of a remedy; what its program printed stays here. */
  private static final List<String> KEPT_OF_REMEDY =
      List.of("id", "remedy", "probe", "outcome", "summary", "startedAt", "endedAt");

  public Notice {
    incident = trimmed(incident);
    labels = Map.copyOf(labels);
    boolean changed = kind == Kind.CHANGED && !incident.getValue("cause", "").equals(before);
    before = changed ? before : null;
    remedy = remedy == null ? null : only(remedy, KEPT_OF_REMEDY);
  }

  /** Of an incident's event. */
  public static Notice of(
      String key,
      String receiver,
      Kind kind,
      JsonObject incident,
      Map<String, String> labels,
      @Nullable String before) {
    return new Notice(key, receiver, kind, incident, labels, before, null);
  }

  /** As it is stored. */
  public JsonObject json() {
    JsonObject json =
        new JsonObject()
            .put("key", key)
            .put("receiver", receiver)
            .put("kind", kind.name())
            .put("incident", incident)
            .put("labels", new JsonObject(new LinkedHashMap<>(labels)));
    if (before != null) {
      json.put("before", before);
    }
    if (remedy != null) {
      json.put("remedy", remedy);
    }
    return json;
  }

  /** What {@link #json} wrote; null where it is no such thing. */
  public static @Nullable Notice of(JsonObject json) {
    try {
      Map<String, String> labels = new LinkedHashMap<>();
      JsonObject written = json.getJsonObject("labels", new JsonObject());
      written.fieldNames().forEach(name -> labels.put(name, written.getString(name)));
      String key = json.getString("key");
      String receiver = json.getString("receiver");
      JsonObject incident = json.getJsonObject("incident");
      if (key == null || receiver == null || incident == null) {
        return null;
      }
      return new Notice(
          key,
          receiver,
          Kind.valueOf(json.getString("kind")),
          incident,
          labels,
          json.getString("before"),
          json.getJsonObject("remedy"));
    } catch (ClassCastException | IllegalArgumentException | NullPointerException notOurs) {
      return null;
    }
  }

  /** Id of the incident. */
  public String incidentId() {
    return text("id", "");
  }

  boolean over() {
    return kind == Kind.RESOLVED || "resolved".equals(incident.getValue("state"));
  }

  String severity() {
    return text("severity", "down");
  }

  String cause() {
    return text("cause", "");
  }

  String text(String name, String otherwise) {
    return incident.getValue(name) instanceof String text ? text : otherwise;
  }

  long number(String name) {
    return incident.getValue(name) instanceof Number number ? number.longValue() : 0;
  }

  @Nullable Instant time(String name) {
    return incident.getValue(name) instanceof String text ? instant(text) : null;
  }

  List<String> probes() {
    return incident.getValue("probes") instanceof JsonArray all
        ? all.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** The receiver waits for more than one news of the same incident: the newer with both in it. */
  Notice after(Notice older) {
    Kind both =
        older.kind == Kind.OPENED && kind != Kind.RESOLVED
            ? Kind.OPENED
            : kind == Kind.REMINDED && older.kind == Kind.CHANGED ? Kind.CHANGED : kind;
    String from = older.before == null ? before : older.before;
    // A beginning keeps its key, whatever it was told with: told again, it is known by that.
    String known = both == Kind.OPENED ? older.key : key;
    return new Notice(known, receiver, both, incident, labels, from, remedy);
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notOne) {
      return null;
    }
  }

  private static JsonObject trimmed(JsonObject incident) {
    JsonObject kept = only(incident, KEPT);
    JsonArray probes = new JsonArray();
    if (incident.getValue("probes") instanceof JsonArray all) {
      all.stream().limit(MAX_PROBES).forEach(probe -> probes.add(String.valueOf(probe)));
    }
    kept.put("probes", probes);
    if (incident.getValue("verdict") instanceof JsonObject verdict
        && verdict.getValue("fix") instanceof JsonObject fix) {
      kept.put("verdict", new JsonObject().put("fix", fix));
    }
    return kept;
  }

  private static JsonObject only(JsonObject all, List<String> names) {
    JsonObject kept = new JsonObject();
    for (String name : names) {
      if (all.getValue(name) != null) {
        kept.put(name, all.getValue(name));
      }
    }
    return kept;
  }
}
