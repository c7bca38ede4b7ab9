package dev.why502.web;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a badge says: two words and a colour. All of it comes from the definitions and the
 * diagnosis, nothing from who asks.
 *
 * @param error whether a reader should take it for a failure
 */
record Badge(String label, String message, Colour colour, boolean error) {
  static final int CACHE_SECONDS = 60;

  /** In the names of shields.io, with what they look like there. */
  enum Colour {
    BRIGHTGREEN("brightgreen", "#44cc11"),
    YELLOW("yellow", "#dfb317"),
    RED("red", "#e05d44"),
    LIGHTGREY("lightgrey", "#9f9f9f");

    final String word;
    final String hex;

    Colour(String word, String hex) {
      this.word = word;
      this.hex = hex;
    }
  }

  /** There is no such probe; the id that was asked for is text from outside and is not repeated. */
  static Badge unknownProbe() {
    return new Badge("why502", "no such probe", Colour.LIGHTGREY, true);
  }

  /**
   * @param probe as the API shows it
   * @param verdict that stands for it, or null
   */
  static Badge of(JsonObject probe, @Nullable JsonObject verdict) {
    String label = probe.getString("id");
    if (!probe.getBoolean("enabled", true)) {
      return new Badge(label, "disabled", Colour.LIGHTGREY, false);
    }
    if (verdict == null) {
      return new Badge(label, "not known yet", Colour.LIGHTGREY, false);
    }
    String state = verdict.getString("state");
    String cause = verdict.getString("cause");
    String message = state.equals("up") ? "up" : state + ": " + cause;
    return switch (state) {
      case "up" -> new Badge(label, message, Colour.BRIGHTGREEN, false);
      case "degraded" -> new Badge(label, message, Colour.YELLOW, false);
      case "down" -> new Badge(label, message, Colour.RED, true);
      default -> new Badge(label, message, Colour.LIGHTGREY, false);
    };
  }

  /** As shields.io reads it from an endpoint (shields.io, endpoint badge, schema version 1). */
  JsonObject json() {
    return new JsonObject()
        .put("schemaVersion", 1)
        .put("label", label)
        .put("message", message)
        .put("color", colour.word)
        .put("isError", error)
        .put("cacheSeconds", CACHE_SECONDS);
  }
}
