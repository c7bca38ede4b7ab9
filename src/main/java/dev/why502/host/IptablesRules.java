package dev.why502.host;

import dev.why502.host.FilterChain.Condition;
import dev.why502.host.FilterChain.Line;
import dev.why502.host.FilterChain.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what {@code iptables-save} prints (iptables(8), iptables-extensions(8)). */
final class IptablesRules {
  private static final Set<String> HOOKS = Set.of("INPUT", "OUTPUT", "PREROUTING", "POSTROUTING");

  /** Modules whose options stand beside them and are read there. */
  private static final Set<String> MODULES =
      Set.of("tcp", "multiport", "comment", "conntrack", "state", "addrtype", "owner");

  private IptablesRules() {}

  static List<FilterChain> parse(String text) {
    Map<String, Boolean> policies = new LinkedHashMap<>();
    Map<String, List<Line>> lines = new LinkedHashMap<>();
    String table = "";
    int rules = 0;
    for (String line : text.split("\n")) {
      if (line.startsWith("*")) {
        table = line.substring(1).trim();
      } else if (line.startsWith(":")) {
        String[] words = line.substring(1).split(" ");
        policies.put(table + " " + words[0], words.length > 1 && words[1].equals("DROP"));
      } else if (line.startsWith("-A ")) {
        List<String> words = words(line);
        if (++rules > NftRules.MAX_RULES || words.size() < 2) {
          return List.of();
        }
        lines
            .computeIfAbsent(table + " " + words.get(1), none -> new ArrayList<>())
            .add(line(table, line, words));
      }
    }
    List<FilterChain> chains = new ArrayList<>();
    policies.forEach(
        (place, drops) -> {
          String name = place.substring(place.indexOf(' ') + 1);
          chains.add(
              new FilterChain(
                  "iptables",
                  place,
                  HOOKS.contains(name) ? name.toLowerCase(Locale.ROOT) : null,
                  place.startsWith("nat "),
                  drops,
                  lines.getOrDefault(place, List.of())));
        });
    return chains;
  }

  private static Line line(String table, String text, List<String> words) {
    List<Condition> conditions = new ArrayList<>();
    Step step = Step.NOTHING;
    String target = null;
    String user = null;
    for (int i = 2; i < words.size(); i++) {
      boolean not = words.get(i).equals("!") && i + 1 < words.size();
      String option = words.get(not ? ++i : i);
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      switch (option) {
        case "-j", "-g" -> {
          step = step(value, option.equals("-g"));
          target = table + " " + value;
          i++;
        }
        case "-m" -> {
          if (!MODULES.contains(value)) {
            conditions.add(FilterChain.NOT_KNOWN);
          }
          i++;
        }
        case "--comment", "--reject-with" -> i++;
        case "--uid-owner" -> {
          if (not || value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            conditions.add(FilterChain.NOT_KNOWN);
          } else {
            user = value;
          }
          i++;
        }
        case "--syn" -> conditions.add((packet, hook) -> !not);
        default -> {
          Condition one = condition(option, value);
          conditions.add(
              not
                  ? (packet, hook) -> {
                    Boolean holds = one.holds(packet, hook);
                    return holds == null ? null : !holds;
                  }
                  : one);
          if (!value.startsWith("-") && !value.equals("!")) {
            i++;
          }
        }
      }
    }
    return new Line(conditions, step, target, LogText.shown(text), -1, user);
  }

  private static Step step(String target, boolean goes) {
    return switch (target) {
      case "ACCEPT" -> Step.ACCEPT;
      case "DROP" -> Step.DROP;
      case "REJECT" -> Step.REJECT;
      case "RETURN" -> Step.RETURN;
      case "LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT", "NOTRACK" -> Step.NOTHING;
      case "DNAT", "REDIRECT", "TPROXY" -> Step.TRANSLATE;
      case "SNAT", "MASQUERADE" -> Step.ACCEPT;
      case "QUEUE", "NFQUEUE" -> Step.NOT_KNOWN;
      default -> goes ? Step.GOTO : Step.JUMP;
    };
  }

  private static Condition condition(String option, String value) {
    return switch (option) {
      case "-p" ->
          (packet, hook) -> value.equals("tcp") || value.equals("6") || value.equals("all");
      case "-d" -> (packet, hook) -> packet.to(value);
      case "-s" -> (packet, hook) -> packet.from(value);
      case "-i" -> (packet, hook) -> packet.through(value, true, hook);
      case "-o" -> (packet, hook) -> packet.through(value, false, hook);
      case "--dport", "--dports" -> (packet, hook) -> ports(packet.port(), value);
      case "--ctstate", "--state" -> (packet, hook) -> List.of(value.split(",")).contains("NEW");
      case "--dst-type" ->
          value.equals("LOCAL") ? (packet, hook) -> packet.local() : FilterChain.NOT_KNOWN;
      default -> FilterChain.NOT_KNOWN;
    };
  }

  /** "3001", "3001:3009", or several of these. */
  private static @Nullable Boolean ports(int port, String text) {
    for (String one : text.split(",")) {
      int colon = one.indexOf(':');
      Integer from = PortArguments.port(colon < 0 ? one : one.substring(0, colon));
      Integer to = PortArguments.port(colon < 0 ? one : one.substring(colon + 1));
      if (from == null || to == null) {
        return null;
      }
      if (port >= from && port <= to) {
        return true;
      }
    }
    return false;
  }

  /** The words of a line; a comment in quotation marks is one. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quoted && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
