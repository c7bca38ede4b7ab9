package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules of this host's packet filter that surely stop a new TCP connection from this host to an
 * address. That none is named is no proof that there is none: only simple rules are understood.
 *
 * @param address {@code ip:port} that was asked about
 * @param access whether any rules could be read
 */
public record Firewall(String address, Instant at, Access access, List<Rule> rules)
    implements Evidence {
  public Firewall {
    rules = List.copyOf(rules);
  }

  /**
   * One rule.
   *
   * @param program "nft" or "iptables"
   * @param place its chain: "inet filter input", or "filter INPUT"
   * @param text the rule as its program writes it, or "policy drop"
   * @param handle nft's number of the rule, -1 for none
   * @param user whose connections alone it stops, or null for everybody's
   */
  public record Rule(
      Action action,
      String program,
      String place,
      String text,
      int handle,
      @Nullable String user) {}

  /** What becomes of the packet. */
  public enum Action {
    /** Nobody hears of it. */
    DROP,
    /** The sender is told: by a reset, or by ICMP. */
    REJECT
  }

  @Override
  public Kind kind() {
    return Kind.HOST;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return "the firewall's rules for " + address + " could not be read: " + access.why();
    }
    if (rules.isEmpty()) {
      return "no rule of the firewall is seen to stop " + address;
    }
    Rule rule = rules.get(0);
    return "the firewall's rule \"" + rule.text() + "\" in " + rule.place() + " stops " + address;
  }
}
