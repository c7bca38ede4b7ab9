package dev.why502.notify;

import dev.why502.notify.Message.Fact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Alerts as Prometheus' Alertmanager takes them, and as its webhooks pass them on. An alert is its
 * set of labels, so they hold what does not change while an incident lasts: the cause, which
 * deepens, stands in the annotations. Only the severity is in both worlds, since people route by
 * it; where it changes, the alert of the other severity is ended in the same breath.
 */
final class AlertBody {
  private static final String NAME = "Why502";
  private static final int MAX_LABEL = 200;
  private static final int MAX_DESCRIPTION = 4_000;

  private AlertBody() {}

  /**
   * What is posted to {@code /api/v2/alerts}.
   *
   * @param ended the severity that the incident was told with before, where it had another one
   * @param ahead after which the alert ends by itself, unless it is sent again
   */
  static JsonArray alerts(
      Notice notice, Message message, @Nullable String ended, Instant now, Duration ahead) {
    boolean over = notice.over();
    Instant ends = over ? ended(notice, now) : now.plus(ahead);
    JsonArray alerts =
        JsonArray.of(
            alert(notice, message, labels(notice, notice.severity()))
                .put("endsAt", ends.toString()));
    if (ended != null) {
      alerts.add(
          alert(notice, message, labels(notice, ended))
              .put("endsAt", ended(notice, now).toString()));
    }
    return alerts;
  }

  /** What Alertmanager's webhooks send, version 4, with the incident itself beside it. */
  static JsonObject webhook(Notice notice, Message message, @Nullable String base, Instant now) {
    String status = notice.over() ? "resolved" : "firing";
    Map<String, String> labels = labels(notice, notice.severity());
    JsonObject group = new JsonObject().put("incident", labels.get("incident"));
    JsonObject alert =
        alert(notice, message, labels)
            .put("status", status)
            // Go's zero time: it lasts.
            .put("endsAt", notice.over() ? ended(notice, now).toString() : "0001-01-01T00:00:00Z")
            .put("fingerprint", Signature.digest(labels.toString()));
    JsonObject body =
        new JsonObject()
            .put("version", "4")
            .put("groupKey", "{}:{incident=\"" + labels.get("incident") + "\"}")
            .put("truncatedAlerts", 0)
            .put("status", status)
            .put("receiver", notice.receiver())
            .put("groupLabels", group)
            .put("commonLabels", alert.getJsonObject("labels"))
            .put("commonAnnotations", alert.getJsonObject("annotations"))
            .put("externalURL", base == null ? "" : base)
            .put("alerts", JsonArray.of(alert))
            .put("event", event(notice))
            .put("incident", notice.incident());
    if (notice.remedy() != null) {
      body.put("remedy", notice.remedy());
    }
    return body;
  }

  /** Our own word for what happened: Alertmanager's shape knows two. */
  private static String event(Notice notice) {
    return switch (notice.kind()) {
      case OPENED -> "opened";
      case CHANGED -> "changed";
      case RESOLVED -> "resolved";
      case REMINDED -> "reminded";
      case REMEDIED -> "remedied";
      case TEST -> "test";
    };
  }

  private static JsonObject alert(Notice notice, Message message, Map<String, String> labels) {
    JsonObject annotations =
        new JsonObject()
            .put("summary", message.title())
            .put("description", description(message))
            .put("cause", notice.cause())
            .put("confidence", notice.text("confidence", ""));
    if (!message.steps().isEmpty()) {
      annotations.put("fix", String.join("\n", message.steps()));
    }
    JsonObject named = new JsonObject();
    labels.forEach(named::put);
    Instant since = notice.time("since");
    JsonObject alert = new JsonObject().put("labels", named).put("annotations", annotations);
    if (since != null) {
      alert.put("startsAt", since.toString());
    }
    if (message.link() != null) {
      alert.put("generatorURL", message.link());
    }
    return alert;
  }

  private static String description(Message message) {
    StringBuilder text = new StringBuilder(message.summary());
    for (Fact fact : message.facts()) {
      text.append('\n').append(fact.name()).append(": ").append(fact.text());
    }
    return text.length() > MAX_DESCRIPTION ? text.substring(0, MAX_DESCRIPTION) : text.toString();
  }

  /** The probe's own labels, and over them ours. */
  private static Map<String, String> labels(Notice notice, String severity) {
    Map<String, String> labels = new TreeMap<>();
    notice.labels().forEach((name, value) -> put(labels, name(name), value));
    boolean test = notice.kind() == Notice.Kind.TEST;
    put(labels, "alertname", test ? NAME + "Test" : NAME);
    put(labels, "incident", notice.incidentId());
    put(labels, "severity", test ? "none" : severity.equals("down") ? "critical" : "warning");
    if (!notice.probes().isEmpty()) {
      put(labels, "probe", notice.probes().get(0));
    }
    return labels;
  }

  private static void put(Map<String, String> labels, String name, String value) {
    if (!value.isBlank()) {
      labels.put(name, Plain.line(value, MAX_LABEL));
    }
  }

  /** As Prometheus writes labels whose names it cannot take. */
  private static String name(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
    return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
  }

  /** Not later than now: Alertmanager takes an end in the future for an alert that lasts. */
  private static Instant ended(Notice notice, Instant now) {
    Instant at = notice.time("resolvedAt");
    return at == null || at.isAfter(now) ? now : at;
  }
}
