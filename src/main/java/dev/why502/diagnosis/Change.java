package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Edits of a configuration that belong together, in the order in which they are made: what shifts
 * lines comes after what does not.
 */
record Change(List<Edit> edits) {
  Change {
    edits = List.copyOf(edits);
  }

  /**
   * One edit of one line.
   *
   * @param old what is replaced; empty to add behind the line
   * @param lines what takes its place, or what is added
   */
  record Edit(Place place, String old, List<String> lines) {
    Edit {
      lines = List.copyOf(lines);
    }

    boolean adds() {
      return old.isEmpty();
    }
  }

  static Change replace(Place place, String old, String text) {
    return new Change(List.of(new Edit(place, old, List.of(text))));
  }

  static Change add(Place place, String text) {
    return new Change(List.of(new Edit(place, "", List.of(text))));
  }

  /** At the end of the line's own text, before a comment that may stand behind it. */
  static Change append(Place place, String text) {
    return replace(place, place.text(), place.text() + text);
  }

  /** Opens a block at the end of the line's own text. */
  static Change block(Place place, List<String> inside) {
    return block(place, place.text(), inside);
  }

  /** The same with another text before the block. */
  static Change block(Place place, String text, List<String> inside) {
    List<String> lines = new ArrayList<>(List.of(text + " {"));
    inside.forEach(line -> lines.add("    " + line));
    lines.add("}");
    return new Change(List.of(new Edit(place, place.text(), lines)));
  }

  Change and(Change other) {
    List<Edit> all = new ArrayList<>();
    edits.stream().filter(edit -> !edit.adds()).forEach(all::add);
    other.edits.stream().filter(edit -> !edit.adds()).forEach(all::add);
    edits.stream().filter(Edit::adds).forEach(all::add);
    other.edits.stream().filter(Edit::adds).forEach(all::add);
    return new Change(all);
  }

  Place at() {
    return edits.get(0).place();
  }
}
