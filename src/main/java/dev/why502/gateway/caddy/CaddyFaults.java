package dev.why502.gateway.caddy;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What Caddy would refuse, and what could not be followed, both in words and bounded. */
final class CaddyFaults {
  private static final int MAX = 32;

  private final Set<String> faults = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  void add(CaddyDirective at, String message) {
    add(at.fault(message));
  }

  void add(String message) {
    if (faults.size() < MAX) {
      faults.add(ByteText.bounded(message));
    }
  }

  void note(String message) {
    if (notes.size() < MAX) {
      notes.add(ByteText.bounded(message));
    }
  }

  List<String> faults() {
    return new ArrayList<>(faults);
  }

  List<String> notes() {
    return new ArrayList<>(notes);
  }
}
