package dev.why502.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The few files of /proc that tell about a gateway's processes (proc(5)). Blocking. */
public final class ProcFiles {
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final int MAX_PROCESSES = 65_536;
  private static final int MAX_OPEN_FILES = 1 << 20;

  /** Parts of the names that container engines give to control groups. */
  private static final List<String> CONTAINERS =
      List.of("docker", "kubepods", "containerd", "libpod", "crio", "/lxc");

  private final Path root;

  public ProcFiles(Path root) {
    this.root = root;
  }

  /**
   * From /proc/PID/stat.
   *
   * @param state R, S, D, T, t, Z, ...
   * @param startTicks start after boot, in clock ticks
   */
  public record Stat(String name, char state, int parent, long startTicks) {}

  /** All processes that show, or null when /proc cannot be listed. */
  public @Nullable List<Integer> pids() {
    List<Integer> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[1-9]*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.length() <= 9 && name.chars().allMatch(Character::isDigit)) {
          pids.add(Integer.parseInt(name));
        }
        if (pids.size() >= MAX_PROCESSES) {
          return null;
        }
      }
      return pids.isEmpty() ? null : pids;
    } catch (IOException | DirectoryIteratorException e) {
      return null;
    }
  }

  /** Null when there is no such process, or it does not show. */
  public @Nullable Stat stat(int pid) {
    String text = text(pid, "stat");
    int nameEnd = text == null ? -1 : text.lastIndexOf(')');
    int nameStart = text == null ? -1 : text.indexOf('(');
    if (text == null || nameStart < 0 || nameEnd < nameStart || nameEnd + 2 > text.length()) {
      return null;
    }
    // From the third field on: the name may hold blanks and parentheses.
    String[] fields = text.substring(nameEnd + 2).split(" ");
    if (fields.length < 20) {
      return null;
    }
    try {
      return new Stat(
          text.substring(nameStart + 1, nameEnd),
          fields[0].charAt(0),
          Integer.parseInt(fields[1]),
          Long.parseLong(fields[19]));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Its arguments with blanks between them, or the title it gave itself; null as for stat. */
  public @Nullable String commandLine(int pid) {
    String text = text(pid, "cmdline");
    return text == null ? null : text.replace('\0', ' ').strip();
  }

  /** Its arguments, the program's own name first; empty when they do not show. */
  public List<String> arguments(int pid) {
    String text = text(pid, "cmdline");
    int end = text == null ? 0 : text.length();
    while (text != null && end > 0 && text.charAt(end - 1) == '\0') {
      end--;
    }
    return text == null || end == 0 ? List.of() : List.of(text.substring(0, end).split("\0", -1));
  }

  /** Whether its control groups are those of a container, which sees other files than the host. */
  public boolean inContainer(int pid) {
    String groups = text(pid, "cgroup");
    return groups != null && CONTAINERS.stream().anyMatch(groups::contains);
  }

  /** What a link shows, {@code ns/net} for one; null when it is not ours to see. */
  public @Nullable String link(int pid, String name) {
    try {
      return Files.readSymbolicLink(process(pid).resolve(name)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  public Path process(int pid) {
    return root.resolve(pid == 0 ? "self" : Integer.toString(pid));
  }

  /** When it started, in ticks since boot; 0 when it is gone. */
  public long startTicks(int pid) {
    Stat stat = stat(pid);
    return stat == null ? 0 : stat.startTicks();
  }

  /** Whether it sees the same files as we do. */
  public boolean together(int pid) {
    String mounts = link(pid, "ns/mnt");
    return mounts != null && mounts.equals(link(0, "ns/mnt"));
  }

  /** A file by an absolute path as a process sees it, which may live in a container of its own. */
  public Path seenBy(int pid, Path path) {
    return process(pid).resolve("root").resolve(path.toString().substring(1));
  }

  /** Whether a process means a file of ours by an absolute path; null when that is not known. */
  public @Nullable Boolean sameFile(int pid, Path named, Path ours) {
    boolean together = together(pid);
    try {
      boolean same = Files.isSameFile(seenBy(pid, named), ours);
      // In a container of its own it may have a copy of ours.
      return (same || together) ? same : null;
    } catch (IOException e) {
      boolean unseen = together && !(e instanceof NoSuchFileException);
      return unseen ? named.normalize().equals(ours.toAbsolutePath().normalize()) : null;
    }
  }

  /** The effective user id, -1 when not known. */
  public int userId(int pid) {
    return (int) number(text(pid, "status"), "Uid:", 1);
  }

  /** Soft limit of open files, -1 when not known or unlimited. */
  public int openFilesLimit(int pid) {
    long limit = number(text(pid, "limits"), "Max open files", 0);
    return limit > Integer.MAX_VALUE ? -1 : (int) limit;
  }

  /** How many descriptors it holds, -1 when not known. */
  public int openFiles(int pid) {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(process(pid).resolve("fd"))) {
      for (Path entry : entries) {
        count += entry.getNameCount() > 0 ? 1 : 0;
        if (count >= MAX_OPEN_FILES) {
          break;
        }
      }
      return count;
    } catch (IOException | DirectoryIteratorException e) {
      return -1;
    }
  }

  /** Seconds since boot, or NaN. */
  public double uptimeSeconds() {
    String text = text(root.resolve("uptime"));
    int blank = text == null ? -1 : text.indexOf(' ');
    try {
      return text == null || blank < 0 ? Double.NaN : Double.parseDouble(text.substring(0, blank));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The number at a place after a line's label, -1 when there is none. */
  private static long number(@Nullable String text, String label, int place) {
    int at = text == null ? -1 : ("\n" + text).indexOf("\n" + label);
    if (text == null || at < 0) {
      return -1;
    }
    int end = text.indexOf('\n', at);
    String line = text.substring(at + label.length(), end < 0 ? text.length() : end).strip();
    String[] words = line.split("\\s+");
    try {
      return words.length <= place ? -1 : Long.parseLong(words[place]);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private @Nullable String text(int pid, String name) {
    return text(process(pid).resolve(name));
  }

  private static @Nullable String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return null;
    }
  }
}
