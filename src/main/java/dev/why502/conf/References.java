package dev.why502.conf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a file say of one another: ids that are there twice, names that nothing bears,
 * and upstreams that lead back to where they began.
 */
final class References {
  private final Faults faults;
  private final Set<String> gatewayIds = new HashSet<>();
  private final Map<String, Json.Obj> probesById = new LinkedHashMap<>();
  private final Map<String, Pointer> placesById = new HashMap<>();

  References(Faults faults) {
    this.faults = faults;
  }

  /** Works on the values themselves, so that a fault elsewhere in a probe hides none of these. */
  void check(List<Json> gateways, List<Json> probes) {
    Pointer gatewaysAt = Pointer.ROOT.child("gateways");
    for (int i = 0; i < gateways.size(); i++) {
      String id = id(gateways.get(i));
      if (id != null && !gatewayIds.add(id)) {
        twice(gatewaysAt.child(i), id);
      }
    }
    Pointer probesAt = Pointer.ROOT.child("probes");
    for (int i = 0; i < probes.size(); i++) {
      String id = id(probes.get(i));
      if (id != null && probes.get(i) instanceof Json.Obj probe) {
        if (probesById.putIfAbsent(id, probe) != null) {
          twice(probesAt.child(i), id);
        } else {
          placesById.put(id, probesAt.child(i));
        }
      }
    }
    for (int i = 0; i < probes.size(); i++) {
      if (probes.get(i) instanceof Json.Obj probe) {
        names(probe, probesAt.child(i));
      }
    }
    cycles();
  }

  private void names(Json.Obj probe, Pointer at) {
    if (probe.members().get("gateway") instanceof Json.Text gateway
        && !gatewayIds.contains(gateway.value())) {
      unknown(at.child("gateway"), gateway, "gateway", gatewayIds);
    }
    String id = id(probe);
    Set<String> seen = new HashSet<>();
    int index = 0;
    for (Json item : upstreams(probe)) {
      Pointer place = at.child("upstreams").child(index++);
      if (!(item instanceof Json.Text upstream)) {
        continue;
      }
      if (upstream.value().equals(id)) {
        faults.add(place, "a probe cannot be its own upstream");
      } else if (!probesById.containsKey(upstream.value())) {
        unknown(place, upstream, "probe", probesById.keySet());
      } else if (!seen.add(upstream.value())) {
        faults.add(place, upstream.quoted() + " is named twice");
      }
    }
  }

  /** Reports each probe that closes a circle once, walking without recursion. */
  private void cycles() {
    Set<String> done = new HashSet<>();
    for (String start : probesById.keySet()) {
      List<String> path = new ArrayList<>();
      Set<String> onPath = new HashSet<>();
      List<List<String>> left = new ArrayList<>();
      enter(start, done, path, onPath, left);
      while (!path.isEmpty()) {
        List<String> next = left.get(left.size() - 1);
        String current = path.get(path.size() - 1);
        if (next.isEmpty()) {
          path.remove(path.size() - 1);
          left.remove(left.size() - 1);
          onPath.remove(current);
          continue;
        }
        String upstream = next.remove(next.size() - 1);
        if (onPath.contains(upstream) && !upstream.equals(current)) {
          List<String> circle = path.subList(path.indexOf(upstream), path.size());
          Pointer place = placesById.getOrDefault(current, Pointer.ROOT);
          faults.add(
              place.child("upstreams"),
              "leads back to where it began: " + String.join(" -> ", circle) + " -> " + upstream);
        } else {
          enter(upstream, done, path, onPath, left);
        }
      }
    }
  }

  private void enter(
      String id, Set<String> done, List<String> path, Set<String> onPath, List<List<String>> left) {
    Json.Obj probe = probesById.get(id);
    if (probe == null || !done.add(id)) {
      return;
    }
    path.add(id);
    onPath.add(id);
    List<String> next = new ArrayList<>();
    for (Json item : upstreams(probe)) {
      if (item instanceof Json.Text upstream) {
        next.add(0, upstream.value());
      }
    }
    left.add(next);
  }

  private void twice(Pointer at, String id) {
    faults.add(at.child("id"), Printable.quoted(id) + " is the id of another one above");
  }

  private void unknown(Pointer at, Json.Text name, String what, Set<String> known) {
    String hint =
        known.isEmpty() || name.secret()
            ? ""
            : "; the nearest is \"" + Nearest.of(name.value(), known) + '"';
    faults.add(at, name.quoted() + " is the id of no " + what + hint);
  }

  private static List<Json> upstreams(Json.Obj probe) {
    return probe.members().get("upstreams") instanceof Json.Arr array ? array.items() : List.of();
  }

  private static @Nullable String id(Json value) {
    return value instanceof Json.Obj owner && owner.members().get("id") instanceof Json.Text id
        ? id.value()
        : null;
  }
}
