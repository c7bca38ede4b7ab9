package dev.why502.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where SQLite's native library is unpacked. The directory for temporary files will not do: in a
 * container the root is read-only, and elsewhere {@code /tmp} is often mounted {@code noexec}. The
 * driver takes it from a property of the whole process, once.
 */
final class Natives {
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private Natives() {}

  /**
   * Whoever calls it holds the lock of the directory above: what lies here is of a dead process.
   */
  static synchronized void unpackInto(Path directory) throws IOException {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    Files.createDirectories(directory);
    List<Path> left;
    try (Stream<Path> files = Files.list(directory)) {
      left = files.filter(file -> file.getFileName().toString().startsWith("sqlite-")).toList();
    }
    for (Path file : left) {
      Files.deleteIfExists(file);
    }
    System.setProperty(PROPERTY, directory.toString());
  }
}
