package dev.why502.gateway.haproxy;

import dev.why502.gateway.FileTexts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files of patterns and maps: one on each line, empty lines and comments left out. */
final class HaproxyPatterns {
  /** Patterns of one file that are looked at. */
  static final int MAX_PATTERNS = 100_000;

  private HaproxyPatterns() {}

  /**
   * What a file holds; null when that is not known. Blocks.
   *
   * @param map whether a value stands behind each key
   */
  static @Nullable List<HaproxyMatch.Pattern> file(
      HaproxyConfig config, String written, boolean map) {
    // "virt@" is filled while HAProxy runs, and so may "opt@" be that is not there.
    if (written.startsWith("virt@") || !HaproxyText.known(written) || written.isEmpty()) {
      return null;
    }
    boolean optional = written.startsWith("opt@");
    String plain =
        optional
            ? written.substring(4)
            : written.startsWith("file@") ? written.substring(5) : written;
    FileTexts.Read read = config.files().once(config.absolute(HaproxyText.shown(plain), null));
    if (read.file() == null) {
      return null;
    }
    List<HaproxyMatch.Pattern> patterns = new ArrayList<>();
    for (String line : read.file().bytes().split("\n", -1)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (patterns.size() >= MAX_PATTERNS) {
        return null;
      }
      int blank = 0;
      while (map
          && blank < text.length()
          && text.charAt(blank) != ' '
          && text.charAt(blank) != '\t') {
        blank++;
      }
      patterns.add(
          map
              ? new HaproxyMatch.Pattern(text.substring(0, blank), text.substring(blank).strip())
              : new HaproxyMatch.Pattern(text, ""));
    }
    return patterns;
  }
}
