package dev.why502.conf;

import org.jspecify.annotations.Nullable;

/** The key {@code id}. */
final class Ids {
  private Ids() {}

  /**
   * An id stands in every address, label and verdict, where a secret must never be; so it cannot
   * come from one.
   */
  static @Nullable String read(Members owner, Faults faults) {
    if (owner.get("id") instanceof Json.Text text && text.secret()) {
      faults.add(
          owner.at("id"), "an id is shown everywhere and so cannot come from ${env:} or ${file:}");
      return null;
    }
    return owner.parsed("id", PatternText::id);
  }
}
