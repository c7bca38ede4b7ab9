package dev.why502.host;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain of a packet filter's rules, as far as they are understood.
 *
 * @param place how its program calls it: "inet filter input"
 * @param hook where it is entered ("input", "output", "prerouting", "postrouting"), or null for one
 *     that is only jumped to
 * @param translates whether it is of the address translation's kind
 * @param drops whether what no rule decides is dropped
 */
record FilterChain(
    String program,
    String place,
    @Nullable String hook,
    boolean translates,
    boolean drops,
    List<Line> lines) {
  FilterChain {
    lines = List.copyOf(lines);
  }

  /** Whether a packet fits, at a hook; null when not known. */
  interface Condition {
    @Nullable Boolean holds(Packet packet, String hook);
  }

  static final Condition NOT_KNOWN = (packet, hook) -> null;

  /** What a rule does with what fits. */
  enum Step {
    ACCEPT,
    DROP,
    REJECT,
    RETURN,
    JUMP,
    GOTO,
    /** Sends it elsewhere than it was meant to go. */
    TRANSLATE,
    /** Goes on with the next rule. */
    NOTHING,
    /** Decides in a way that is not understood. */
    NOT_KNOWN
  }

  /**
   * One rule.
   *
   * @param target place of the chain that is jumped to, or null
   * @param user number of the user whose packets alone fit, or null for everybody's
   */
  record Line(
      List<Condition> conditions,
      Step step,
      @Nullable String target,
      String text,
      int handle,
      @Nullable String user) {
    Line {
      conditions = List.copyOf(conditions);
    }

    /** Whether a packet fits but for who sends it. */
    @Nullable Boolean fits(Packet packet, String hook) {
      Boolean all = true;
      for (Condition condition : conditions) {
        Boolean holds = condition.holds(packet, hook);
        if (holds == null) {
          all = null;
        } else if (!holds) {
          return false;
        }
      }
      return all;
    }
  }
}
