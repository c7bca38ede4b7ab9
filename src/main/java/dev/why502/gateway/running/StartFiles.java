package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import dev.why502.gateway.ProcFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which files a running gateway was started with, absolute and as they are here. Blocking. */
final class StartFiles {
  private static final String GONE = " (deleted)";

  private final ProcFiles proc;

  StartFiles(ProcFiles proc) {
    this.proc = proc;
  }

  /** What a process says of its start; null for one that serves nothing. */
  @Nullable RunningGateway told(Kind kind, int pid) {
    Invocation invocation = Invocation.of(kind, proc.arguments(pid));
    if (!invocation.serves()) {
      return null;
    }
    String program = Objects.requireNonNullElse(proc.link(pid, "exe"), "");
    List<String> found = new ArrayList<>();
    String why = invocation.why();
    if (why == null) {
      try {
        why = find(kind, pid, invocation, standing(program), found);
      } catch (InvalidPathException e) {
        why = "the name of its configuration cannot be read";
      }
    }
    return new RunningGateway(kind, pid, why == null ? found : List.of(), why, errorFile(pid));
  }

  /** Without what /proc says of an executable that was replaced while it runs. */
  static String standing(String program) {
    return program.endsWith(GONE)
        ? program.substring(0, program.length() - GONE.length())
        : program;
  }

  private @Nullable String find(
      Kind kind, int pid, Invocation invocation, String program, List<String> found) {
    List<List<Path>> named = new ArrayList<>();
    List<Path> directories = directories(kind, pid, invocation, program);
    for (String config : invocation.configs()) {
      named.add(directories.stream().map(directory -> directory.resolve(config)).toList());
    }
    if (named.isEmpty()) {
      named.add(unnamed(kind, pid, invocation, program));
    }
    for (List<Path> candidates : named) {
      Path there =
          candidates.stream()
              .filter(path -> path.isAbsolute() && Files.exists(path))
              .findFirst()
              .orElse(null);
      if (there == null) {
        boolean none = candidates.stream().noneMatch(Path::isAbsolute);
        return none
            ? "where it looks for its configuration does not show"
            : candidates.get(0) + ", which it was started with, is not there or does not show";
      }
      if (!Boolean.TRUE.equals(same(pid, there))) {
        return "it runs in a container, with files of its own";
      }
      found.add(there.normalize().toString());
    }
    return null;
  }

  /** What a relative name may be meant from, the likeliest first. */
  private List<Path> directories(Kind kind, int pid, Invocation invocation, String program) {
    Path working = Path.of(Objects.requireNonNullElse(proc.link(pid, "cwd"), ""));
    String directory = invocation.directory();
    if (directory != null) {
      return List.of(working.resolve(directory));
    }
    return switch (kind) {
      case HAPROXY, CADDY, OTHER -> List.of(working);
      // Compiled in, and so told only by where the program stands.
      case NGINX, APACHE -> {
        List<Path> roots = new ArrayList<>();
        for (String standard : StandardPlaces.compiled(kind, program)) {
          Path parent = Path.of(standard).getParent();
          Path above = parent == null ? null : parent.getParent();
          if (parent != null && parent.endsWith("conf") && above != null) {
            roots.add(above);
          } else if (parent != null) {
            roots.add(parent);
          }
        }
        roots.add(Path.of(kind == Kind.NGINX ? "/usr/share/nginx" : "/etc/httpd"));
        roots.add(working);
        yield roots;
      }
    };
  }

  /** What a program takes that was given no file. */
  private List<Path> unnamed(Kind kind, int pid, Invocation invocation, String program) {
    List<Path> all = new ArrayList<>();
    if (kind == Kind.CADDY) {
      all.add(Path.of(Objects.requireNonNullElse(proc.link(pid, "cwd"), "")).resolve("Caddyfile"));
      return all;
    }
    String directory = invocation.directory();
    if (directory != null && kind != Kind.HAPROXY) {
      Path root = directories(kind, pid, invocation, program).get(0);
      all.add(root.resolve(kind == Kind.NGINX ? "conf/nginx.conf" : "conf/httpd.conf"));
      if (kind == Kind.APACHE) {
        all.add(root.resolve("apache2.conf"));
      }
    }
    // nginx's own is absolute, whatever its prefix; httpd's is below the root that it was given.
    if (directory == null || kind == Kind.NGINX) {
      StandardPlaces.compiled(kind, program).forEach(path -> all.add(Path.of(path)));
    }
    return all;
  }

  /** Whether the process sees the same file as we do; null when that cannot be told. */
  private @Nullable Boolean same(int pid, Path path) {
    if (proc.together(pid)) {
      return true;
    }
    // A service of systemd has often mounts of its own and yet the host's files.
    try {
      return Files.isSameFile(proc.seenBy(pid, path), path);
    } catch (IOException | SecurityException hidden) {
      return proc.inContainer(pid) ? null : true;
    }
  }

  private @Nullable String errorFile(int pid) {
    String target = proc.link(pid, "fd/2");
    if (target == null || !target.startsWith("/") || target.startsWith("/dev/")) {
      return null;
    }
    try {
      Path file = Path.of(target);
      return Files.isRegularFile(file) && Boolean.TRUE.equals(same(pid, file)) ? target : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
