package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes that the kernel ended for want of memory, as its own log tells.
 *
 * @param probe id of the probe whose process was looked for
 * @param access whether the kernel's log could be read
 * @param kills oldest first, at most 16, whosever they are
 * @param group control group of the process or its manager, or null
 * @param groupKills how many of that group were killed since it was made, -1 when not known
 */
public record MemoryKills(
    String probe,
    Instant at,
    Access access,
    List<Kill> kills,
    @Nullable String group,
    long groupKills)
    implements Evidence {
  public MemoryKills {
    kills = List.copyOf(kills);
  }

  /**
   * One end.
   *
   * @param at when, to about a second
   * @param command the process's short name, at most 15 characters of it
   * @param group its control group, or null
   */
  public record Kill(Instant at, int pid, String command, @Nullable String group, String text) {}

  @Override
  public Kind kind() {
    return Kind.HOST;
  }

  @Override
  public String summary() {
    String counted =
        groupKills > 0 ? "; in " + group + " it has ended " + groupKills + " for that" : "";
    if (!access.readable()) {
      return "the kernel's log could not be read: " + access.why() + counted;
    }
    if (kills.isEmpty()) {
      return "the kernel's log tells of no process ended for want of memory" + counted;
    }
    Kill last = kills.get(kills.size() - 1);
    return "the kernel ended "
        + last.command()
        + ", pid "
        + last.pid()
        + ", at "
        + last.at()
        + " for want of memory"
        + counted;
  }
}
