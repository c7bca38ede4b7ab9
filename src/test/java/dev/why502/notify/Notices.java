package dev.why502.notify;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notices to tell. */
final class Notices {
  private Notices() {}

  static JsonObject incident(String id, String state, String cause) {
    return new JsonObject()
        .put("id", id)
        .put("state", state)
        .put("severity", "down")
        .put("cause", cause)
        .put("confidence", "certain")
        .put("summary", "nginx sends /api/ to 127.0.0.1:3001, where nothing listens")
        .put("gateway", "site-nginx")
        .put("upstream", "backend")
        .put("probes", JsonArray.of("templates", "permissions"))
        .put("affected", 2)
        .put("failing", 2)
        .put("since", "2025-09-18T09:45:50.001Z")
        .put("resolvedAt", state.equals("resolved") ? "2025-09-18T09:57:52.001Z" : null)
        .put(
            "verdict",
            new JsonObject()
                .put("probe", "templates")
                .put("evidence", JsonArray.of(new JsonObject().put("summary", "never told")))
                .put(
                    "fix",
                    new JsonObject()
                        .put("summary", "point proxy_pass at port 3002")
                        .put("steps", JsonArray.of("sed -i 's/3001/3002/' a.conf", "nginx -t"))
                        .put("verify", "curl -sS http://127.0.0.1/api/")))
        .put("at", "2025-09-18T09:46:50.300Z")
        .put("seq", 42)
        .put("node", "web-1");
  }

  static Notice of(String receiver, Notice.Kind kind, JsonObject incident) {
    return of(receiver, kind, incident, null);
  }

  static Notice of(
      String receiver, Notice.Kind kind, JsonObject incident, @Nullable String before) {
    String key = incident.getString("id") + "-" + kind + "-" + incident.getString("cause");
    return Notice.of(key, receiver, kind, incident, Map.of("team", "shop"), before);
  }

  static Notice opened(String receiver, String id) {
    return of(receiver, Notice.Kind.OPENED, incident(id, "open", "gateway-wrong-port"));
  }

  static Notice resolved(String receiver, String id) {
    return of(receiver, Notice.Kind.RESOLVED, incident(id, "resolved", "gateway-wrong-port"));
  }
}
