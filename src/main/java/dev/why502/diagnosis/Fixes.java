package dev.why502.diagnosis;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps for people: exact where a line is known to be wrong, general where it is not. Every name
 * that comes from outside is quoted, or left out where it cannot be.
 */
final class Fixes {
  /** What stands in a line for what is secret there. */
  private static final String MASK = "***";

  private Fixes() {}

  /** What the catalogue says, with a command that tells whether it helped. */
  static Fix general(Facts facts, Cause cause) {
    return new Fix(cause.fix(), null, List.of(), verify(facts));
  }

  static Fix told(Facts facts, String summary, String... steps) {
    return new Fix(summary, null, List.of(steps), verify(facts));
  }

  /** Takes out the firewall's rule that stops connections to an address. */
  static Fix permit(Facts facts, String address, Firewall.Rule rule) {
    List<String> steps = new ArrayList<>();
    String[] place = rule.place().split(" ");
    if (Quote.printable(rule.place()) && rule.program().equals("nft") && place.length == 3) {
      String chain =
          Quote.shell(place[0]) + " " + Quote.shell(place[1]) + " " + Quote.shell(place[2]);
      steps.add("nft -a list chain " + chain);
      if (rule.handle() > 0) {
        steps.add("nft delete rule " + chain + " handle " + rule.handle());
      }
    } else if (Quote.printable(rule.place()) && place.length == 2) {
      steps.add(
          (Address.host(address).indexOf(':') >= 0 ? "ip6tables" : "iptables")
              + " -t "
              + Quote.shell(place[0])
              + " -L "
              + Quote.shell(place[1])
              + " -n --line-numbers");
    }
    return told(
        facts,
        "permit connections to "
            + address
            + " in the firewall: \""
            + rule.text()
            + "\" in "
            + rule.place()
            + " stops them",
        steps.toArray(String[]::new));
  }

  /** Points at a line without saying what must stand there. */
  static Fix at(Facts facts, @Nullable Place place, String summary, String... steps) {
    return new Fix(summary, place == null ? null : at(place), List.of(steps), verify(facts));
  }

  /** Replaces a text in one line of the gateway's configuration, tests it and reloads. */
  static Fix replace(Facts facts, Place place, String old, String with, String summary) {
    return change(facts, Change.replace(place, old, with), place, summary);
  }

  /** Makes a change, tests the configuration and loads it; without one it points at a line. */
  static Fix change(Facts facts, @Nullable Change change, Place otherwise, String summary) {
    if (change == null) {
      return at(facts, otherwise, summary);
    }
    List<String> steps = new ArrayList<>();
    for (Change.Edit edit : change.edits()) {
      String step = step(edit);
      if (step == null) {
        return at(facts, change.at(), summary);
      }
      steps.add(step);
    }
    steps.addAll(reload(facts));
    return new Fix(
        summary, at(change.at()), List.copyOf(steps), verify(facts), replacement(change));
  }

  /** What a program needs to know to make the change, where it is one text for another. */
  private static Fix.@Nullable Replacement replacement(Change change) {
    Change.Edit edit = change.edits().get(0);
    return change.edits().size() != 1 || edit.adds() || edit.lines().size() != 1
        ? null
        : new Fix.Replacement(edit.old(), edit.lines().get(0));
  }

  /** Null where an edit cannot be written down safely. */
  private static @Nullable String step(Change.Edit edit) {
    Place place = edit.place();
    boolean safe =
        edit.lines().stream().allMatch(line -> Quote.printable(line) && !line.contains(MASK));
    if (!safe
        || edit.old().contains(MASK)
        || !place.text().contains(edit.old())
        || !Quote.printable(edit.old())
        || !Quote.printable(place.file())) {
      return null;
    }
    // That "a" and "s" take \\n for a line feed is GNU sed's.
    String script =
        edit.adds()
            ? place.line() + "a\\" + added(edit.lines())
            : place.line()
                + "s|"
                + Quote.sedPattern(edit.old())
                + "|"
                + String.join("\\n", edit.lines().stream().map(Quote::sedReplacement).toList())
                + "|";
    return "sed -i --follow-symlinks " + Quote.shell(script) + " " + Quote.shell(place.file());
  }

  private static String added(List<String> lines) {
    StringBuilder out = new StringBuilder();
    for (String line : lines) {
      out.append(out.length() == 0 ? "    " : "\\n    ").append(line.replace("\\", "\\\\"));
    }
    return out.toString();
  }

  /** Commands that test the gateway's configuration and load it. */
  static List<String> reload(Facts facts) {
    Gateway gateway = facts.given.gateway();
    if (gateway == null) {
      return List.of();
    }
    // Where the definitions name no file the route tells which one was found.
    String config =
        gateway.config() == null && facts.route != null && facts.route.access().readable()
            ? facts.route.config()
            : gateway.config();
    return Dialect.of(facts).reload(config);
  }

  /** A curl command that asks what the probe asks; null for what curl cannot ask. */
  static @Nullable String verify(Facts facts) {
    Probe probe = facts.probe;
    if (!probe.target().scheme().http() || probe.target().scheme().webSocket()) {
      return null;
    }
    StringBuilder out = new StringBuilder("curl -sS -o /dev/null -w '%{http_code}\\n'");
    if (!probe.request().method().equals("GET")) {
      out.append(" -X ").append(Quote.shell(probe.request().method()));
    }
    if (probe.request().insecure()) {
      out.append(" -k");
    }
    String ca = probe.request().ca();
    if (ca != null) {
      out.append(" --cacert ").append(Quote.shell(ca));
    }
    if (probe.request().connectTo() != null) {
      out.append(" --connect-to ").append(Quote.shell("::" + probe.request().connectTo().text()));
    }
    String socket = probe.target().endpoint().socket();
    if (socket != null) {
      out.append(" --unix-socket ").append(Quote.shell(socket));
      out.append(" ").append(Quote.shell("http://localhost" + probe.target().path()));
    } else {
      out.append(" ").append(Quote.shell(probe.target().text()));
    }
    return out.toString();
  }

  private static Fix.At at(Place place) {
    return new Fix.At(place.file(), place.line(), place.sha256());
  }
}
