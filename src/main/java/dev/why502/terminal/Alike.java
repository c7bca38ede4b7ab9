package dev.why502.terminal;

import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of evidence, with the number of those right behind it that say the same: a log repeats
 * its line for each request, with other figures.
 */
record Alike(Evidence first, int more) {

  static List<Alike> of(List<Evidence> evidence) {
    List<Alike> all = new ArrayList<>();
    for (Evidence piece : evidence) {
      Alike last = all.isEmpty() ? null : all.get(all.size() - 1);
      if (last != null && same(last.first(), piece)) {
        all.set(all.size() - 1, new Alike(last.first(), last.more() + 1));
      } else {
        all.add(new Alike(piece, 0));
      }
    }
    return all;
  }

  private static boolean same(Evidence one, Evidence other) {
    return one instanceof LogLine
        && other instanceof LogLine
        && withoutTimes(one.summary()).equals(withoutTimes(other.summary()));
  }

  /** Without what differs from request to request; ports and statuses are told apart. */
  private static String withoutTimes(String line) {
    return line.replaceAll("[0-9]{1,4}[/-][0-9A-Za-z]{1,3}[/-][0-9]{1,4}", "D")
        .replaceAll("[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})?", "T")
        .replaceAll("\\*[0-9]{1,20} ", "*N ");
  }
}
