package dev.why502.watch;

import dev.why502.diagnosis.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands, as one viewer knows it. A look at everything that stands (a snapshot, in pages) and
 * the news that come meanwhile may overtake one another: of two verdicts of a node on one probe the
 * one with the higher number is the newer. A service that was started again counts from the
 * beginning, so that each snapshot begins a new reckoning.
 */
final class Board {
  /** Probes that are kept; a service of ours has no more. */
  static final int MAX_PROBES = 50_000;

  private static final class Entry {
    private Standing now;
    private int reckoning;
    private @Nullable Standing told;

    private Entry(Standing now) {
      this.now = now;
    }
  }

  /** What people have not been told yet; before is null where they knew nothing of the probe. */
  record Change(Standing now, @Nullable Standing before) {}

  private final Map<String, Entry> entries = new TreeMap<>();
  private int reckoning;

  /** From here on numbers that were heard before say nothing. */
  void beginSnapshot() {
    reckoning++;
  }

  /** Takes a verdict in, unless a newer one is known. */
  boolean put(Standing standing) {
    Entry entry = entries.get(standing.probe());
    if (entry == null) {
      if (entries.size() >= MAX_PROBES) {
        return false;
      }
      entry = new Entry(standing);
      entries.put(standing.probe(), entry);
    } else if (entry.reckoning == reckoning && !newer(standing, entry.now)) {
      return false;
    }
    entry.now = standing;
    entry.reckoning = reckoning;
    return true;
  }

  private static boolean newer(Standing one, Standing than) {
    if (one.node().equals(than.node())) {
      return one.seq() > than.seq();
    }
    // Two nodes count each for itself, and only their clocks compare.
    return one.at() == null || than.at() == null || !one.at().isBefore(than.at());
  }

  /** What has changed for people since the last time; they are taken to be told with it. */
  List<Change> tell() {
    List<Change> changes = new ArrayList<>();
    entries.values().forEach(entry -> tell(entry, changes));
    return changes;
  }

  /** The same of one probe. */
  List<Change> tell(String probe) {
    List<Change> changes = new ArrayList<>(1);
    Entry entry = entries.get(probe);
    if (entry != null) {
      tell(entry, changes);
    }
    return changes;
  }

  private void tell(Entry entry, List<Change> changes) {
    if (entry.reckoning == reckoning && !entry.now.sameAs(entry.told)) {
      changes.add(new Change(entry.now, entry.told));
      entry.told = entry.now;
    }
  }

  /** Forgets those of which the last snapshot and all news since say nothing. */
  List<String> dropUnconfirmed() {
    List<String> gone = new ArrayList<>();
    entries
        .values()
        .removeIf(
            entry -> {
              boolean old = entry.reckoning != reckoning;
              if (old) {
                gone.add(entry.now.probe());
              }
              return old;
            });
    return gone;
  }

  /** What stands and is wrong, the worst first. */
  List<Standing> wrong() {
    return confirmed().stream()
        .filter(Standing::wrong)
        .sorted(
            Comparator.comparingInt((Standing standing) -> rank(standing.state()))
                .thenComparing(Standing::probe))
        .toList();
  }

  List<Standing> up() {
    return confirmed().stream().filter(standing -> !standing.wrong()).toList();
  }

  long count(State state) {
    return entries.values().stream()
        .filter(entry -> entry.reckoning == reckoning && entry.now.state() == state)
        .count();
  }

  private List<Standing> confirmed() {
    return entries.values().stream()
        .filter(entry -> entry.reckoning == reckoning)
        .map(entry -> entry.now)
        .toList();
  }

  private static int rank(State state) {
    return switch (state) {
      case DOWN -> 0;
      case DEGRADED -> 1;
      case UNKNOWN -> 2;
      case UP -> 3;
    };
  }
}
