package dev.why502.host;

import dev.why502.evidence.Firewall;
import dev.why502.evidence.Firewall.Action;
import dev.why502.host.FilterChain.Line;
import dev.why502.host.FilterChain.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Follows a packet through the chains of a packet filter, and names the rule that surely stops it.
 * As soon as a rule might let it pass that is not understood, nothing after it is sure.
 */
final class FilterWalk {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_STEPS = 50_000;
  private static final int MAX_RULES = 8;

  private final Packet packet;
  private final UnaryOperator<String> users;
  private final Map<String, FilterChain> chains = new HashMap<>();
  private final List<Firewall.Rule> found = new ArrayList<>();
  private int steps;
  private boolean sure;
  private boolean translated;

  /**
   * @param users from a user's number to its name
   */
  FilterWalk(List<FilterChain> chains, Packet packet, UnaryOperator<String> users) {
    this.packet = packet;
    this.users = users;
    for (FilterChain chain : chains) {
      this.chains.put(chain.place(), chain);
    }
  }

  /** The rules that stop the packet; empty when none surely does. */
  static List<Firewall.Rule> of(
      List<FilterChain> chains, Packet packet, UnaryOperator<String> users) {
    FilterWalk walk = new FilterWalk(chains, packet, users);
    List<String> hooks =
        packet.local()
            ? List.of("output", "postrouting", "prerouting", "input")
            : List.of("output", "postrouting");
    for (String hook : hooks) {
      for (FilterChain chain : chains) {
        // What arrives over the loopback was translated when it left, if it was.
        boolean leaves = !Packet.arriving(hook);
        if (hook.equals(chain.hook()) && (!chain.translates() || leaves)) {
          walk.base(chain, hook);
        }
      }
    }
    return walk.translated ? List.of() : List.copyOf(walk.found);
  }

  private void base(FilterChain chain, String hook) {
    sure = true;
    if (!walk(chain, hook, 0) && chain.drops() && sure) {
      add(chain, new Line(List.of(), Step.DROP, null, "policy drop", -1, null));
    }
  }

  /** Whether the packet's way through this hook ended in this chain. */
  private boolean walk(FilterChain chain, String hook, int depth) {
    for (Line line : chain.lines()) {
      Boolean fits = ++steps > MAX_STEPS ? null : line.fits(packet, hook);
      if (line.step() == Step.NOTHING || (fits != null && !fits)) {
        continue;
      }
      if (line.user() != null) {
        otherUser(chain, line, fits);
        if (!line.user().equals(Long.toString(packet.uid()))) {
          continue;
        }
      }
      switch (line.step()) {
        case DROP, REJECT -> {
          if (fits != null) {
            if (sure) {
              add(chain, line);
            }
            return true;
          }
          sure = false;
        }
        case ACCEPT -> {
          if (fits != null) {
            return true;
          }
          sure = false;
        }
        case RETURN -> {
          if (fits != null) {
            return false;
          }
          sure = false;
        }
        case JUMP, GOTO -> {
          FilterChain next = line.target() == null ? null : chains.get(line.target());
          if (fits == null || next == null || depth >= MAX_DEPTH) {
            sure = false;
          } else if (walk(next, hook, depth + 1)) {
            return true;
          } else if (line.step() == Step.GOTO) {
            return false;
          }
        }
        case TRANSLATE -> {
          translated = true;
          return true;
        }
        case NOT_KNOWN -> sure = false;
        case NOTHING -> {}
      }
    }
    return false;
  }

  /** A rule for one user stops the gateway, it may be, and nobody else. */
  private void otherUser(FilterChain chain, Line line, @Nullable Boolean fits) {
    boolean stops = line.step() == Step.DROP || line.step() == Step.REJECT;
    if (stops && sure && fits != null) {
      add(chain, line);
    }
  }

  private void add(FilterChain chain, Line line) {
    Firewall.Rule rule =
        new Firewall.Rule(
            line.step() == Step.DROP ? Action.DROP : Action.REJECT,
            chain.program(),
            chain.place(),
            line.text(),
            line.handle(),
            line.user() == null ? null : users.apply(line.user()));
    if (found.size() < MAX_RULES && !chain.translates() && !found.contains(rule)) {
      found.add(rule);
    }
  }
}
