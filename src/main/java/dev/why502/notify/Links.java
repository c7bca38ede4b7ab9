package dev.why502.notify;

import org.jspecify.annotations.Nullable;

/**
 * Where the page is.
 *
 * @param base its address, or null where nobody outside can reach it
 */
public record Links(@Nullable String base) {
  /** The page at an incident, or the page for what is none; null without a page. */
  @Nullable String of(String incident) {
    if (base == null) {
      return null;
    }
    String page = base.endsWith("/") ? base : base + "/";
    // Ids are of letters and digits; what is not is no id of ours.
    return incident.matches("[A-Za-z0-9_-]{1,64}") ? page + "#incident/" + incident : page;
  }
}
