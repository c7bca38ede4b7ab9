package dev.why502.gateway.haproxy;

import dev.why502.evidence.Place;
import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands beside a backend's servers: see {@link dev.why502.evidence.Route.Pass#beside()}. */
final class HaproxyBeside {
  /** Lines told of. */
  private static final int MAX_LINES = 128;

  private static final Set<String> OF_HEADERS =
      Set.of("set-header", "add-header", "del-header", "replace-header", "replace-value");

  private HaproxyBeside() {}

  static Map<String, Place> of(HaproxyConfig config, HaproxyProxy front, HaproxyProxy backend) {
    Map<String, Place> beside = new HashMap<>();
    List<HaproxyLine> own = backend.own();
    for (HaproxyLine line : backend.lines()) {
      boolean conditional = line.condition() < line.words().size();
      if (beside.size() < MAX_LINES && !conditional && !line.negated()) {
        beside.put((own.contains(line) ? "" : "inherited ") + key(line), line.place());
      }
    }
    for (String action : List.of("replace-path", "set-path")) {
      // Whichever changes the path, be it only at times and in front: the only one is the one.
      List<HaproxyLine> rules = new ArrayList<>(backend.every("http-request", action));
      if (front != backend) {
        rules.addAll(front.every("http-request", action));
      }
      beside.remove("http-request " + action);
      if (rules.size() == 1) {
        beside.put("http-request " + action, rules.get(0).place());
      }
    }
    for (HaproxySection section : config.sections()) {
      if (section.kind().equals("global")) {
        beside.put("global", section.header().place());
      }
    }
    for (HaproxyLine line : config.global("tune.bufsize")) {
      beside.put("tune.bufsize", line.place());
    }
    return beside;
  }

  /** "timeout server", "http-request set-header host". */
  private static String key(HaproxyLine line) {
    return switch (line.name()) {
      case "timeout", "option", "balance" -> ByteText.lower(line.name() + " " + line.arg(1));
      case "http-request", "http-response", "http-check" ->
          ByteText.lower(
              line.name()
                  + " "
                  + line.arg(1)
                  + (OF_HEADERS.contains(line.arg(1)) ? " " + line.arg(2) : ""));
      default -> ByteText.lower(line.name());
    };
  }
}
