package dev.why502.gateway.haproxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A frontend, backend or listen section, with what it takes from its defaults. */
final class HaproxyProxy {
  /** Defaults sections behind one another that are followed. */
  private static final int MAX_DEPTH = 16;

  private final HaproxySection section;

  /** Its own lines last: the last one counts. */
  private final List<HaproxyLine> all = new ArrayList<>();

  private final int inherited;

  HaproxyProxy(HaproxySection section) {
    this.section = section;
    List<HaproxySection> chain = new ArrayList<>();
    HaproxySection each = section.defaults();
    while (each != null && chain.size() < MAX_DEPTH) {
      chain.add(0, each);
      each = each.defaults();
    }
    for (HaproxySection defaults : chain) {
      all.addAll(defaults.lines());
    }
    inherited = all.size();
    all.addAll(section.lines());
  }

  HaproxySection section() {
    return section;
  }

  HaproxyLine header() {
    return section.header();
  }

  String name() {
    return section.name();
  }

  boolean frontend() {
    return !section.kind().equals("backend");
  }

  boolean backend() {
    return !section.kind().equals("frontend");
  }

  boolean http() {
    HaproxyLine mode = last("mode");
    return mode != null && mode.arg(1).equals("http");
  }

  boolean disabled() {
    HaproxyLine disabled = last("disabled");
    HaproxyLine enabled = last("enabled");
    return disabled != null && (enabled == null || all.indexOf(enabled) < all.indexOf(disabled));
  }

  /** Lines that begin so, those of its defaults first. */
  List<HaproxyLine> every(String... begin) {
    return all.stream().filter(line -> line.is(begin)).toList();
  }

  /** Lines of its own that begin so. */
  List<HaproxyLine> own(String... begin) {
    return all.subList(inherited, all.size()).stream().filter(line -> line.is(begin)).toList();
  }

  /** All lines in force, those of its defaults first. */
  List<HaproxyLine> lines() {
    return all;
  }

  /** The line that counts, or null. */
  @Nullable HaproxyLine last(String... begin) {
    HaproxyLine last = null;
    for (HaproxyLine line : all) {
      if (line.is(begin)) {
        last = line;
      }
    }
    return last;
  }

  /** The option's line where it is on. */
  @Nullable HaproxyLine option(String... name) {
    String[] begin = new String[name.length + 1];
    begin[0] = "option";
    System.arraycopy(name, 0, begin, 1, name.length);
    HaproxyLine line = last(begin);
    return line == null || line.negated() ? null : line;
  }

  /** Milliseconds of a timeout, -1 where none is set: then it waits without an end. */
  long timeout(String name) {
    HaproxyLine line = last("timeout", name);
    long millis = line == null ? -1 : HaproxyText.millis(line.arg(2));
    return millis == 0 ? -1 : millis;
  }
}
