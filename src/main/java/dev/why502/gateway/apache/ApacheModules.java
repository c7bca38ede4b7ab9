package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The modules of a configuration, by identifier ({@code proxy_http_module}). */
final class ApacheModules {
  /** Compiled in everywhere. */
  private static final Set<String> STATIC = Set.of("core_module", "so_module", "http_module");

  /** Compiled in by Debian, loaded by others. */
  private static final Set<String> OFTEN =
      Set.of(
          "log_config_module", "logio_module", "version_module", "unixd_module", "watchdog_module");

  private final Set<String> loaded = new HashSet<>();

  void load(String identifier) {
    loaded.add(identifier);
  }

  /**
   * Whether a module is there; null when that is not known.
   *
   * @param name an identifier, or the file that a module was made from ({@code mod_proxy.c})
   */
  @Nullable Boolean loaded(String name) {
    String identifier = identifier(name);
    if (loaded.contains(identifier) || STATIC.contains(identifier)) {
      return true;
    }
    // Without any LoadModule all that is there is compiled in, and does not show.
    boolean unseen = loaded.isEmpty() || OFTEN.contains(identifier);
    return unseen ? null : false;
  }

  /** Whether a module is certainly not there. */
  boolean lacks(String identifier) {
    return Boolean.FALSE.equals(loaded(identifier));
  }

  boolean has(String identifier) {
    return !lacks(identifier);
  }

  private static String identifier(String name) {
    if (!name.endsWith(".c")) {
      return name;
    }
    String base = name.substring(0, name.length() - 2);
    return switch (base) {
      case "core", "http_core" -> base.equals("core") ? "core_module" : "http_module";
      case "event", "worker", "prefork" -> "mpm_" + base + "_module";
      case "mod_php" -> "php_module";
      default -> (base.startsWith("mod_") ? base.substring(4) : base) + "_module";
    };
  }

  /** Whether {@code <IfVersion>} holds for some 2.4; null when the patch level decides. */
  static @Nullable Boolean version(String written) {
    String[] words = written.split("\\s+");
    String operator = words.length > 1 ? words[0] : "=";
    String version = words[words.length - 1];
    String[] parts = version.split("\\.");
    long major = ByteText.number(parts[0]);
    long minor = parts.length > 1 ? ByteText.number(parts[1]) : 0;
    long patch = parts.length > 2 ? ByteText.number(parts[2]) : 0;
    if (major < 0 || minor < 0 || patch < 0 || version.startsWith("/")) {
      return null;
    }
    int compared = Long.compare(2 * 1000 + 4, major * 1000 + minor);
    if (compared == 0 && patch > 0) {
      return null;
    }
    // Every 2.4 in use has a patch level above 0.
    int order = compared == 0 ? 1 : compared;
    return switch (operator) {
      case "=", "==" -> order == 0;
      case ">", ">=" -> order > 0;
      case "<", "<=" -> order < 0;
      default -> null;
    };
  }
}
