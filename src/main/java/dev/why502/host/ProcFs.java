package dev.why502.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process file system (proc(5)), read with bounds. What cannot be read is null: a process may
 * end between two reads, and some belong to others.
 */
final class ProcFs {
  /** Processes looked at in one walk. */
  static final int MAX_PROCESSES = 4096;

  static final int MAX_COMMAND_LINE_BYTES = 64 * 1024;

  /** The kernel's unit of times in /proc/PID/stat, the same on every Linux since 2.6. */
  private static final long TICKS_PER_SECOND = 100;

  /** Inode of the first process namespace (include/linux/proc_ns.h, PROC_PID_INIT_INO). */
  private static final String INITIAL_PID_NAMESPACE = "pid:[4026531836]";

  private final Path root;

  ProcFs(Path root) {
    this.root = root;
  }

  Path path(String name) {
    return root.resolve(name);
  }

  byte[] bytes(String name, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(root.resolve(name))) {
      return in.readNBytes(limit);
    }
  }

  String text(String name, int limit) throws IOException {
    return new String(bytes(name, limit), StandardCharsets.ISO_8859_1);
  }

  @Nullable String link(String name) {
    try {
      return Files.readSymbolicLink(root.resolve(name)).toString();
    } catch (IOException | UnsupportedOperationException denied) {
      return null;
    }
  }

  /** Process ids, rising; at most {@value #MAX_PROCESSES}. */
  List<Integer> pids() {
    List<Integer> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path entry : entries) {
        try {
          pids.add(Integer.valueOf(entry.getFileName().toString()));
        } catch (NumberFormatException notOne) {
          continue;
        }
        if (pids.size() == MAX_PROCESSES) {
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException denied) {
      return List.of();
    }
    pids.sort(null);
    return pids;
  }

  /**
   * The head of /proc/PID/stat.
   *
   * @param state R, S, D, T, t, Z, X, ...
   * @param startTicks start since boot, in hundredths of a second
   */
  record Stat(char state, int parent, int session, long startTicks) {
    boolean dead() {
      return state == 'Z' || state == 'X' || state == 'x';
    }

    boolean stopped() {
      return state == 'T' || state == 't';
    }
  }

  @Nullable Stat stat(int pid) {
    try {
      return parseStat(text(pid + "/stat", 4096));
    } catch (IOException gone) {
      return null;
    }
  }

  /** The name in parentheses may hold anything, parentheses and spaces too. */
  static @Nullable Stat parseStat(String text) {
    int end = text.lastIndexOf(')');
    if (end < 0 || end + 2 >= text.length()) {
      return null;
    }
    String[] fields = text.substring(end + 2).trim().split(" +");
    if (fields.length < 20) {
      return null;
    }
    try {
      return new Stat(
          fields[0].charAt(0),
          Integer.parseInt(fields[1]),
          Integer.parseInt(fields[3]),
          Long.parseLong(fields[19]));
    } catch (NumberFormatException notAStat) {
      return null;
    }
  }

  /** Arguments of a process; empty when there are none (kernel threads, zombies) or not visible. */
  List<String> arguments(int pid) {
    String text;
    try {
      text = new String(bytes(pid + "/cmdline", MAX_COMMAND_LINE_BYTES), StandardCharsets.UTF_8);
    } catch (IOException denied) {
      return List.of();
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\0') {
      end--;
    }
    return end == 0 ? List.of() : Arrays.asList(text.substring(0, end).split("\0", -1));
  }

  /** Ports that a process's command line and environment name; of both nothing else is kept. */
  List<Integer> ports(int pid) {
    Set<Integer> ports = new LinkedHashSet<>(PortArguments.of(arguments(pid)));
    try {
      String text =
          new String(bytes(pid + "/environ", MAX_COMMAND_LINE_BYTES), StandardCharsets.ISO_8859_1);
      ports.addAll(PortArguments.ofEnvironment(Arrays.asList(text.split("\0"))));
    } catch (IOException denied) {
      return List.copyOf(ports);
    }
    return List.copyOf(ports);
  }

  /** Milliseconds since the process started, -1 when not known. */
  long uptimeMillis(Stat stat) {
    try {
      String uptime = text("uptime", 128);
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      long millis = Math.round(seconds * 1000) - stat.startTicks() * 1000 / TICKS_PER_SECOND;
      // A container may be shown an uptime of its own (lxcfs) beside the host's start times.
      return millis < -1000 ? -1 : Math.max(0, millis);
    } catch (IOException | RuntimeException notKnown) {
      return -1;
    }
  }

  /** The moment that was so many milliseconds after the system's start; null when not known. */
  @Nullable Instant since(long sinceStartMillis, Instant now) {
    try {
      String uptime = text("uptime", 128);
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return now.minusMillis(Math.round(seconds * 1000) - sinceStartMillis);
    } catch (IOException | RuntimeException notKnown) {
      return null;
    }
  }

  /** A short name for people: "node", "python3", "nginx"; null when not visible. */
  @Nullable String shortName(int pid) {
    List<String> arguments = arguments(pid);
    String name = arguments.isEmpty() ? "" : CommandName.of(arguments.get(0));
    if (name.isEmpty()) {
      try {
        name = CommandName.of(text(pid + "/comm", 64).trim());
      } catch (IOException denied) {
        return null;
      }
    }
    return name.isEmpty() ? null : name;
  }

  /** Whether processes of other users are visible: proc may be mounted with hidepid. */
  boolean showsOthers() {
    try {
      return bytes("1/cmdline", 1).length > 0;
    } catch (IOException denied) {
      return false;
    }
  }

  /** Whether we run in the host's own process namespace, so that a walk sees every process. */
  boolean showsHost() {
    return INITIAL_PID_NAMESPACE.equals(link("self/ns/pid"));
  }

  /** The regular file that a process writes its errors to, or null. */
  @Nullable String errorFile(int pid) {
    String target = link(pid + "/fd/2");
    if (target == null || !target.startsWith("/") || target.startsWith("/dev/")) {
      return null;
    }
    return Files.isRegularFile(Path.of(target)) ? target : null;
  }
}
