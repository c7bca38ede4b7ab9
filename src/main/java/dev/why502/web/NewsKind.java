package dev.why502.web;

import dev.why502.bus.Addresses;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an event stream can carry, in the names that its readers ask for. */
enum NewsKind {
  VERDICTS(Addresses.VERDICTS, 640 * 1024),
  INCIDENTS(Addresses.INCIDENTS, 192 * 1024),
  OBSERVATIONS(Addresses.OBSERVATIONS, 128 * 1024),
  DEFINITIONS(Addresses.DEFINITIONS, 16 * 1024),
  HEALTH(Addresses.HEALTH, 16 * 1024);

  /** Observations come a thousand a second; who wants them says so. */
  static final Set<NewsKind> USUAL = EnumSet.complementOf(EnumSet.of(OBSERVATIONS));

  final String address;

  /**
   * How much of it is kept for who comes back. All kinds together stay below what a viewer may be
   * behind, so that catching up is never what drops it.
   */
  final int windowChars;

  NewsKind(String address, int windowChars) {
    this.address = address;
    this.windowChars = windowChars;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static @Nullable NewsKind of(String word) {
    for (NewsKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    return null;
  }

  /** Whether it holds sentences. */
  boolean spoken() {
    return this == VERDICTS || this == INCIDENTS;
  }

  /** The probes that a message speaks of; none where it speaks of the service. */
  List<String> probes(JsonObject body) {
    return switch (this) {
      case VERDICTS, OBSERVATIONS -> List.of(body.getString("probe", ""));
      case INCIDENTS ->
          body.getJsonArray("probes", new JsonArray()).stream().map(Objects::toString).toList();
      case DEFINITIONS, HEALTH -> List.of();
    };
  }
}
