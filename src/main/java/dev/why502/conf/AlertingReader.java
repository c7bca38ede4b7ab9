package dev.why502.conf;

import dev.why502.definition.Alerting;
import dev.why502.definition.Alerting.Route;
import dev.why502.definition.Probe;
import dev.why502.definition.Receiver;
import dev.why502.definition.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The key {@code notify}: receivers, and which of them hears of what. */
final class AlertingReader {
  static final List<String> KEYS = List.of("receivers", "routes", "reminder", "resolved");
  static final List<String> ROUTE_KEYS = List.of("match", "to", "continue");
  static final List<String> MATCH_KEYS = List.of("labels", "probes", "severity");
  static final List<String> SEVERITIES = List.of("degraded", "down");

  private final Faults faults;
  private final SelectionReader selections;

  AlertingReader(Faults faults, List<Probe> probes) {
    this.faults = faults;
    this.selections = new SelectionReader(probes.stream().map(Probe::id).toList());
  }

  Alerting read(Members top) {
    Members notify = top.object("notify", KEYS);
    if (notify == null) {
      return Alerting.NONE;
    }
    notify.require("receivers");
    List<Json> values = notify.array("receivers", Limits.RECEIVERS);
    List<Receiver> receivers = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    ReceiverReader reader = new ReceiverReader(faults);
    for (int i = 0; i < values.size(); i++) {
      Pointer at = notify.at("receivers").child(i);
      Receiver receiver = reader.read(values.get(i), at);
      String name = name(values.get(i));
      if (name != null && !names.add(name)) {
        faults.add(at.child("name"), Printable.quoted(name) + " is the name of another one above");
      } else if (receiver != null) {
        receivers.add(receiver);
      }
    }
    if (notify.has("receivers") && values.isEmpty()) {
      faults.warn(notify.at("receivers"), "nobody is told of anything");
    }
    List<Route> routes = routes(notify, names);
    Duration reminder =
        notify.duration("reminder", Limits.SHORTEST_REMINDER, Limits.LONGEST_REMINDER);
    boolean resolved = notify.flag("resolved", true);
    return new Alerting(receivers, routes, reminder, resolved);
  }

  private List<Route> routes(Members notify, Set<String> names) {
    if (!notify.has("routes")) {
      return List.of();
    }
    List<Json> values = notify.array("routes", Limits.ROUTES);
    if (values.isEmpty() && notify.get("routes") instanceof Json.Arr) {
      faults.add(
          notify.at("routes"), "is empty: leave it out to send everything to every receiver");
    }
    List<Route> routes = new ArrayList<>();
    Set<String> reached = new HashSet<>();
    boolean taken = false;
    for (int i = 0; i < values.size(); i++) {
      Pointer at = notify.at("routes").child(i);
      if (taken) {
        faults.warn(at, "is never asked: a route above takes everything");
        break;
      }
      Route route = route(values.get(i), at, names);
      if (route != null) {
        routes.add(route);
        reached.addAll(route.to());
        taken = all(route) && !route.goesOn();
      }
    }
    if (routes.size() == values.size()) {
      names.stream()
          .filter(name -> !reached.contains(name))
          .forEach(
              name ->
                  faults.warn(
                      notify.at("routes"),
                      "none leads to " + Printable.quoted(name) + ", which is told nothing"));
    }
    return routes;
  }

  private static boolean all(Route route) {
    return route.match().equals(Selection.ALL)
        && (route.severities().isEmpty() || route.severities().containsAll(SEVERITIES));
  }

  private @Nullable Route route(Json value, Pointer at, Set<String> names) {
    Members route = Members.of(value, at, faults, ROUTE_KEYS);
    if (route == null) {
      return null;
    }
    route.require("to");
    List<String> to = new ArrayList<>();
    List<Json> named = route.array("to", Limits.RECEIVERS);
    if (route.get("to") instanceof Json.Arr && named.isEmpty()) {
      faults.add(route.at("to"), "is empty: a route needs a receiver");
    }
    for (int i = 0; i < named.size(); i++) {
      Pointer place = route.at("to").child(i);
      String name = route.parsed(named.get(i), place, text -> receiver(text, names));
      if (name != null && to.contains(name)) {
        faults.add(place, Printable.quoted(name) + " is named twice");
      } else if (name != null) {
        to.add(name);
      }
    }
    boolean goesOn = route.flag("continue", false);
    Members match = route.object("match", MATCH_KEYS);
    if (match == null) {
      return new Route(Selection.ALL, Set.of(), to, goesOn);
    }
    Selection selection = selections.read(match);
    List<String> severities = match.parsedAll("severity", AlertingReader::severity);
    for (String key : List.of("probes", "severity")) {
      if (match.get(key) instanceof Json.Arr array && array.items().isEmpty()) {
        faults.add(match.at(key), "is empty, and would match nothing");
      }
    }
    return new Route(selection, new HashSet<>(severities), to, goesOn);
  }

  private static Parsed<String> receiver(String text, Set<String> names) {
    if (names.contains(text)) {
      return Parsed.of(text);
    }
    return Parsed.not(
        "is the name of no receiver"
            + (names.isEmpty() ? "" : "; the nearest is \"" + Nearest.of(text, names) + '"'));
  }

  private static Parsed<String> severity(String text) {
    return SEVERITIES.contains(text)
        ? Parsed.of(text)
        : Parsed.not("is not \"degraded\" or \"down\"");
  }

  private static @Nullable String name(Json value) {
    return value instanceof Json.Obj owner && owner.members().get("name") instanceof Json.Text name
        ? name.value()
        : null;
  }
}
