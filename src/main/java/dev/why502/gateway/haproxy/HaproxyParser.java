package dev.why502.gateway.haproxy;

import dev.why502.gateway.FileText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns lines into sections, with {@code .if} blocks decided as far as that is possible. */
final class HaproxyParser {
  private static final Set<String> KINDS =
      Set.of(
          "global",
          "defaults",
          "frontend",
          "backend",
          "listen",
          "peers",
          "resolvers",
          "userlist",
          "mailers",
          "cache",
          "program",
          "http-errors",
          "ring",
          "log-forward",
          "fcgi-app",
          "crt-store",
          "traces",
          "log-profile",
          "acme");

  /** Blocks within one another that HAProxy takes. */
  private static final int MAX_NESTED = 16;

  final List<HaproxySection> sections = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
  final List<String> unread = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, HaproxySection> namedDefaults = new HashMap<>();
  private @Nullable HaproxySection current;
  private @Nullable HaproxySection lastDefaults;

  /** What a block of {@code .if} does with its lines. */
  private enum Block {
    TAKEN,
    SKIPPED,
    /** A branch before was taken. */
    DONE,
    UNKNOWN
  }

  void file(FileText file) {
    Deque<Block> blocks = new ArrayDeque<>();
    String[] lines = file.bytes().split("\n", -1);
    current = null;
    for (int i = 0; i < lines.length; i++) {
      String line =
          lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
      HaproxyLexer.Words words = HaproxyLexer.of(line, environment);
      String where = file.path() + ":" + (i + 1);
      if (words.fault() != null) {
        faults.add(where + ": " + words.fault());
        continue;
      }
      if (words.words().isEmpty()) {
        continue;
      }
      String first = words.words().get(0);
      if (first.equals(".if")
          || first.equals(".elif")
          || first.equals(".else")
          || first.equals(".endif")) {
        block(first, words.words(), where, blocks);
        continue;
      }
      if (blocks.stream().anyMatch(block -> block != Block.TAKEN)
          || first.equals(".notice")
          || first.equals(".warning")
          || first.equals(".diag")) {
        continue;
      }
      if (first.equals(".alert")) {
        faults.add(where + ": " + HaproxyText.shown(String.join(" ", words.words())));
        continue;
      }
      boolean negated = first.equals("no") && words.words().size() > 1;
      boolean prefix = negated || (first.equals("default") && words.words().size() > 1);
      List<String> all = prefix ? words.words().subList(1, words.words().size()) : words.words();
      line(new HaproxyLine(file, i + 1, all, line.substring(0, words.length()), negated));
    }
    if (!blocks.isEmpty()) {
      faults.add(file.path() + ":" + lines.length + ": .if without .endif");
    }
  }

  private void block(String first, List<String> words, String where, Deque<Block> blocks) {
    if (first.equals(".if")) {
      if (blocks.size() >= MAX_NESTED) {
        faults.add(where + ": too many nested '.if'");
        return;
      }
      boolean outside = blocks.stream().allMatch(block -> block == Block.TAKEN);
      blocks.push(outside ? decided(words, where) : Block.DONE);
      return;
    }
    if (blocks.isEmpty()) {
      faults.add(where + ": lone '" + first + "' with no matching '.if'");
      return;
    }
    Block before = blocks.pop();
    if (first.equals(".endif")) {
      return;
    }
    blocks.push(
        switch (before) {
          case TAKEN, DONE -> Block.DONE;
          case UNKNOWN -> Block.UNKNOWN;
          case SKIPPED -> first.equals(".else") ? Block.TAKEN : decided(words, where);
        });
  }

  /** Constants and {@code defined()}, {@code streq()} of known variables; no more is sure here. */
  private Block decided(List<String> words, String where) {
    String condition = String.join("", words.subList(1, words.size()));
    boolean not = condition.startsWith("!");
    String plain = not ? condition.substring(1) : condition;
    Boolean holds = null;
    if (plain.isEmpty() || plain.equals("0")) {
      holds = false;
    } else if (plain.equals("1")) {
      holds = true;
    } else if (plain.startsWith("defined(")
        && plain.endsWith(")")
        && environment.containsKey(plain.substring(8, plain.length() - 1))) {
      holds = true;
    } else if (plain.startsWith("streq(") && plain.endsWith(")") && HaproxyText.known(plain)) {
      String[] both = plain.substring(6, plain.length() - 1).split(",", 2);
      holds = both.length == 2 && both[0].equals(both[1]);
    }
    if (holds == null || plain.indexOf('&') >= 0 || plain.indexOf('|') >= 0) {
      unread.add("whether " + HaproxyText.shown(condition) + " holds is not known (" + where + ")");
      return Block.UNKNOWN;
    }
    return holds != not ? Block.TAKEN : Block.SKIPPED;
  }

  private void line(HaproxyLine line) {
    if (KINDS.contains(line.name()) && !line.negated()) {
      begin(line);
      return;
    }
    HaproxySection section = current;
    if (section == null) {
      faults.add(line.fault("unknown keyword '" + line.name() + "' out of section"));
      return;
    }
    section.lines().add(line);
    if (section.kind().equals("global")) {
      variables(line);
    }
  }

  private void begin(HaproxyLine line) {
    String kind = line.name();
    String name = line.arg(1);
    HaproxySection from = null;
    int fromAt = line.words().indexOf("from");
    boolean takes =
        kind.equals("defaults")
            || kind.equals("frontend")
            || kind.equals("backend")
            || kind.equals("listen");
    if (kind.equals("defaults") && fromAt == 1) {
      name = "";
    }
    if (takes && fromAt > 0 && fromAt <= 2) {
      from = namedDefaults.get(line.arg(fromAt + 1));
      if (from == null) {
        faults.add(
            line.fault("defaults section '" + line.arg(fromAt + 1) + "' not found for " + kind));
      }
    } else if (takes && !kind.equals("defaults")) {
      from = lastDefaults;
    }
    HaproxySection section = new HaproxySection(kind, name, line, from, new ArrayList<>());
    sections.add(section);
    current = section;
    if (kind.equals("defaults")) {
      lastDefaults = section;
      if (!name.isEmpty()) {
        namedDefaults.put(name, section);
      }
    }
  }

  private void variables(HaproxyLine line) {
    switch (line.name()) {
      case "setenv" -> environment.put(line.arg(1), line.arg(2));
      // What the environment has already stays; nothing tells here whether it has.
      case "presetenv" -> environment.putIfAbsent(line.arg(1), line.arg(2));
      case "unsetenv" -> line.from(1).forEach(environment::remove);
      case "resetenv" -> environment.keySet().retainAll(line.from(1));
      default -> {}
    }
  }
}
