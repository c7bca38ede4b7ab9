package dev.why502.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The source that a build's output was made of: files beside the folder of the output. Blocks. What
 * cannot be read, or lies beyond the limits, is not looked at.
 */
final class Sources {
  private static final int MAX_FILES = 5_000;
  private static final int MAX_DEPTH = 8;

  /** Files are written within a moment of one another while a project is unpacked. */
  private static final Duration SAME_MOMENT = Duration.ofSeconds(2);

  /** Folders that builds write to. */
  private static final Set<String> OUTPUTS =
      Set.of(".next", ".nuxt", ".output", ".svelte-kit", "dist", "build", "out", "target");

  /** Folders that hold no source of the project's own; so do those with a dot before their name. */
  private static final Set<String> OTHERS =
      Set.of("node_modules", "vendor", "logs", "log", "tmp", "coverage");

  private static final Set<String> SOURCES =
      Set.of(
          "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "svelte", "css", "scss", "less", "mdx",
          "java", "kt", "go", "rs", "py", "rb", "php");

  private Sources() {}

  /** A source file changed after a moment, or null where none was seen or none is known. */
  static @Nullable String newer(Path output, Instant built) {
    Path folder = project(output);
    if (folder == null) {
      return null;
    }
    Search search = new Search(folder, built.plus(SAME_MOMENT));
    try {
      Files.walkFileTree(
          folder, EnumSet.noneOf(java.nio.file.FileVisitOption.class), MAX_DEPTH, search);
    } catch (IOException | SecurityException unreadable) {
      return null;
    }
    return search.found == null ? null : search.found.toString();
  }

  /** What holds the folder that a build wrote to. */
  private static @Nullable Path project(Path output) {
    for (Path at = output.getParent(); at != null; at = at.getParent()) {
      Path name = at.getFileName();
      if (name != null && OUTPUTS.contains(name.toString())) {
        return at.getParent();
      }
    }
    return null;
  }

  private static final class Search extends SimpleFileVisitor<Path> {
    private final Path project;
    private final Instant after;
    private int files;
    private @Nullable Path found;

    Search(Path project, Instant after) {
      this.project = project;
      this.after = after;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      Path last = directory.getFileName();
      String name = last == null ? "" : last.toString();
      boolean left = name.startsWith(".") || OUTPUTS.contains(name) || OTHERS.contains(name);
      return left && !directory.equals(project)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      boolean source = SOURCES.contains(name.substring(name.lastIndexOf('.') + 1));
      if (source
          && attributes.isRegularFile()
          && attributes.lastModifiedTime().toInstant().isAfter(after)) {
        found = file;
        return FileVisitResult.TERMINATE;
      }
      return ++files < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException denied) {
      return FileVisitResult.CONTINUE;
    }
  }
}
