package dev.why502.conf;

import dev.why502.definition.Selection;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which probes an entry is about: its keys {@code probes} and {@code labels}. */
final class SelectionReader {
  private final Set<String> ids;

  /**
   * @param ids of all probes
   */
  SelectionReader(Collection<String> ids) {
    this.ids = new LinkedHashSet<>(ids);
  }

  /** Every probe, where the entry has neither of the keys. */
  Selection read(Members entry) {
    Set<String> probes = new LinkedHashSet<>(entry.parsedAll("probes", this::probe));
    Members labels = entry.anyObject("labels");
    return new Selection(probes, labels == null ? Map.of() : labels.texts(Parsed::of, Parsed::of));
  }

  Parsed<String> probe(String text) {
    return ids.contains(text)
        ? Parsed.of(text)
        : Parsed.not(
            "is the id of no probe"
                + (ids.isEmpty() ? "" : "; the nearest is \"" + Nearest.of(text, ids) + '"'));
  }
}
