package dev.why502.conf;

import dev.why502.definition.Deadman;
import dev.why502.definition.Target;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key {@code deadman}. */
final class DeadmanReader {
  static final List<String> KEYS = List.of("url", "interval");

  static final Duration SHORTEST = Duration.ofSeconds(1);
  static final Duration USUAL = Duration.ofMinutes(1);

  private DeadmanReader() {}

  static @Nullable Deadman read(Members top) {
    Members deadman = top.object("deadman", KEYS);
    if (deadman == null) {
      return null;
    }
    deadman.require("url");
    Target url = deadman.parsedUnseen("url", WebUrl::parse);
    Duration interval = deadman.duration("interval", SHORTEST, Limits.LONGEST_INTERVAL);
    return url == null ? null : new Deadman(url, interval == null ? USUAL : interval);
  }
}
