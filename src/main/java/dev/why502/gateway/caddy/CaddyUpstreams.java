package dev.why502.gateway.caddy;

import dev.why502.evidence.GatewayState.Mark;
import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a configuration and the admin API say of upstreams. Pure. */
final class CaddyUpstreams {
  /** Marks that are told. */
  private static final int MAX_MARKS = 64;

  private static final int MAX_DEPTH = 64;

  /** When a reverse_proxy leaves an upstream out. */
  private record Limits(long maxFails, long failMillis, long maxRequests) {}

  private final Map<String, Integer> dials = new TreeMap<>();
  private final Map<String, Limits> limits = new HashMap<>();
  private boolean placeholders;

  private CaddyUpstreams() {}

  static CaddyUpstreams of(CaddyConfig config) {
    CaddyUpstreams all = new CaddyUpstreams();
    for (CaddyNode server : config.nodes().values()) {
      all.routes(server.nodes("routes"), 0);
      CaddyNode errors = server.node("errors");
      if (errors != null) {
        all.routes(errors.nodes("routes"), 0);
      }
    }
    return all;
  }

  private void routes(List<CaddyNode> routes, int depth) {
    for (CaddyNode route : depth > MAX_DEPTH ? List.<CaddyNode>of() : routes) {
      for (CaddyNode handler : route.nodes("handle")) {
        if (handler.text("handler", "").equals("reverse_proxy")) {
          proxy(handler);
        }
        routes(handler.nodes("routes"), depth + 1);
      }
    }
  }

  private void proxy(CaddyNode proxy) {
    CaddyNode health = proxy.node("health_checks");
    CaddyNode passive = health == null ? null : health.node("passive");
    for (CaddyNode upstream : proxy.nodes("upstreams")) {
      String dial = upstream.text("dial", "");
      placeholders |= dial.indexOf('{') >= 0;
      dials.merge(dial, 1, Integer::sum);
      long requests = upstream.number("max_requests", 0);
      if (passive != null || requests > 0) {
        long fail = passive == null ? 0 : passive.millis("fail_duration", 0);
        long most = passive == null ? 0 : passive.number("unhealthy_request_count", 0);
        limits.putIfAbsent(
            dial,
            new Limits(
                (fail <= 0 || passive == null) ? 0 : Math.max(1, passive.number("max_fails", 1)),
                fail,
                requests > 0 ? requests : most));
      }
    }
  }

  /** Whether both send to the same addresses; null where placeholders hide them. */
  @Nullable Boolean same(CaddyUpstreams other) {
    return (placeholders || other.placeholders) ? null : (Boolean) dials.equals(other.dials);
  }

  /**
   * Those that are held out of use by what was counted.
   *
   * @param answer of {@code GET /reverse_proxy/upstreams}: {@code [{"address", "num_requests",
   *     "fails"}]}
   */
  List<Mark> marks(String answer) {
    // As a member, since only objects are read.
    CaddyNode root = CaddyJson.read("upstreams", "{\"all\":" + answer + "}", null).root();
    List<Mark> marks = new ArrayList<>();
    for (CaddyNode each : root == null ? List.<CaddyNode>of() : root.nodes("all")) {
      String address = each.text("address", "");
      Limits limit = limits.get(address);
      long fails = each.number("fails", 0);
      long requests = each.number("num_requests", 0);
      String reason = null;
      if (limit != null && limit.maxFails() > 0 && fails >= limit.maxFails()) {
        reason =
            fails
                + (fails == 1 ? " failure" : " failures")
                + " within "
                + limit.failMillis()
                + " ms";
      } else if (limit != null && limit.maxRequests() > 0 && requests >= limit.maxRequests()) {
        reason = requests + " requests under way";
      }
      if (reason != null && marks.size() < MAX_MARKS) {
        CaddyDial dial = CaddyDial.parse(address);
        marks.add(
            new Mark(
                ByteText.bounded(address), dial == null ? null : dial.address(), "DOWN", reason));
      }
    }
    return marks;
  }
}
