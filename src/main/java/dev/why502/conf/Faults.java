package dev.why502.conf;

import dev.why502.definition.Secrets;
import java.util.ArrayList;
import java.util.List;

/** Gathers everything that is wrong with a file, so that a person mends it in one go. */
final class Faults {
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private int problemsLeftOff;
  private int warningsLeftOff;

  void add(Pointer at, String message) {
    if (problems.size() < Limits.PROBLEMS) {
      problems.add(new Problem(at.text(), message));
    } else {
      problemsLeftOff++;
    }
  }

  void warn(Pointer at, String message) {
    if (warnings.size() < Limits.WARNINGS) {
      warnings.add(new Problem(at.text(), message));
    } else {
      warningsLeftOff++;
    }
  }

  boolean none() {
    return problems.isEmpty();
  }

  List<Problem> problems(Secrets secrets) {
    List<Problem> all = new ArrayList<>(problems);
    if (problemsLeftOff > 0) {
      all.add(new Problem("", "and " + problemsLeftOff + " more"));
    }
    all.replaceAll(one -> new Problem(one.pointer(), secrets.mask(one.message())));
    return all;
  }

  List<String> warnings(Secrets secrets) {
    List<String> all = new ArrayList<>();
    for (Problem one : warnings) {
      all.add(new Problem(one.pointer(), secrets.mask(one.message())).toString());
    }
    if (warningsLeftOff > 0) {
      all.add("and " + warningsLeftOff + " more");
    }
    return all;
  }
}
