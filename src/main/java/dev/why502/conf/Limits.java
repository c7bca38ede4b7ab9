package dev.why502.conf;

import java.time.Duration;

/** How much a definitions file may ask for. */
final class Limits {
  static final int FILE_BYTES = 4 * 1024 * 1024;
  static final int SECRET_FILE_BYTES = 64 * 1024;
  static final int SECRET_FILES = 1_000;

  static final int DEPTH = 64;
  static final int PROBES = 50_000;
  static final int GATEWAYS = 1_000;
  static final int ENTRIES = 1_000;
  static final int RECEIVERS = 100;
  static final int ROUTES = 1_000;
  static final int PROBLEMS = 1_000;
  static final int WARNINGS = 100;

  static final int ID_CHARACTERS = 200;
  static final int TARGET_CHARACTERS = 8_192;
  static final int PATTERN_CHARACTERS = 4_096;

  /** Of {@code sun_path}, its closing NUL left out (unix(7)). */
  static final int SOCKET_PATH_BYTES = 107;

  static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  static final Duration LONGEST_INTERVAL = Duration.ofHours(24);
  static final Duration SHORTEST_REMINDER = Duration.ofMinutes(1);
  static final Duration LONGEST_REMINDER = Duration.ofDays(31);
  static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
  static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);

  private Limits() {}
}
