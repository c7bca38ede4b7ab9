package dev.why502.engine;

import dev.why502.evidence.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The evidence of one look, in an order that does not depend on which answer came first: by
 * chapter, and in a chapter by the place that was reserved for it.
 */
final class Dossier {
  /** The order in which a reader wants it. */
  enum Chapter {
    EDGE,
    ROUTE,
    LOG,
    DECLARED,
    AS_GATEWAY,
    VARIANT,
    STATE,
    LISTENERS,
    SOCKETS,
    NAMES,
    PROCESSES,
    HOST
  }

  private final Map<Chapter, Map<Integer, Evidence>> chapters = new TreeMap<>();
  private int next;

  int reserve() {
    return next++;
  }

  void put(Chapter chapter, int place, Evidence evidence) {
    chapters.computeIfAbsent(chapter, none -> new TreeMap<>()).put(place, evidence);
  }

  void add(Chapter chapter, Evidence evidence) {
    put(chapter, reserve(), evidence);
  }

  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>();
    chapters.values().forEach(chapter -> all.addAll(chapter.values()));
    return all;
  }
}
