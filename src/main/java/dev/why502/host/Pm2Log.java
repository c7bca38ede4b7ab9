package dev.why502.host;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.why502.evidence.ProcessState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads PM2's own log. The list tells an exit status of 0 for whatever a signal ended; only the log
 * names the signal (lib/God.js, "exited with code [0] via signal [SIGKILL]"). Blocks.
 */
final class Pm2Log {
  private static final Pattern EXITED =
      Pattern.compile(
          "PM2 .*App \\[(.{1,200}?):?(?:\\d{1,6})?\\] exited with code \\[(-?\\d{0,10}|null)\\]"
              + " via signal \\[(\\w{1,20})\\]");

  /** One process that dies again and again fills it, at some 200 bytes a death. */
  static final int TAIL_BYTES = 1024 * 1024;

  /** Said when a process outlived the polite signal of a stop or restart. */
  private static final Pattern FORCED =
      Pattern.compile("still alive after .{1,20}sending .*SIGKILL");

  /** What the log also says of an exit without any signal. */
  private static final String NONE = "SIGINT";

  private Pm2Log() {}

  static ProcessState.@Nullable End lastEnd(Path log, String name) {
    try {
      ServiceLogReader.Tail tail = ServiceLogReader.tailOf(log, TAIL_BYTES);
      return lastEnd(
          tail.lines(),
          name,
          new LogTime(tail.modifiedAt().atZone(ZoneId.systemDefault()).getYear()));
    } catch (IOException notReadable) {
      return null;
    }
  }

  static ProcessState.@Nullable End lastEnd(List<String> lines, String name, LogTime time) {
    ProcessState.End last = null;
    boolean forced = false;
    for (String line : lines) {
      if (line.contains("SIGKILL") && FORCED.matcher(line).find()) {
        forced = true;
      }
      Matcher matcher = line.contains(" exited with code ") ? EXITED.matcher(line) : null;
      if (matcher == null || !matcher.find()) {
        continue;
      }
      String signal = matcher.group(3);
      if (name.equals(matcher.group(1))) {
        Instant at = time.of(line);
        last =
            new ProcessState.End(
                at, 0, signal.equals(NONE) ? null : signal, signal.equals("SIGKILL") && forced);
      }
      if (signal.equals("SIGKILL")) {
        forced = false;
      }
    }
    return last;
  }
}
