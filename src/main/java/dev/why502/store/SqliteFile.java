package dev.why502.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of the store in their directory: who may read them, who has them, what was broken. */
final class SqliteFile {
  static final String NAME = "why502.db";

  /** Broken files that are kept for a look; each may be as large as the store. */
  static final int MOST_SET_ASIDE = 2;

  private static final String ASIDE = NAME + ".corrupt-";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private @Nullable FileChannel lock;

  SqliteFile(Path directory) {
    this.directory = directory;
  }

  Path path() {
    return directory.resolve(NAME);
  }

  /**
   * Takes the directory for this process, and sees to it that the file is there and nobody else's
   * to read.
   */
  void take() throws IOException, StoreFailure {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (lock == null) {
      lock = locked();
      Natives.unpackInto(directory.resolve("native"));
    }
    create(path());
  }

  /** SQLite's own locks would let a second service write too, and both would tell of an outage. */
  private FileChannel locked() throws IOException, StoreFailure {
    Path file = directory.resolve("why502.lock");
    create(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!taken(channel)) {
      String holder = holder(channel);
      channel.close();
      throw new StoreFailure(
          StoreFailure.Kind.REFUSED,
          directory + " is in use by another why502" + holder + "; give each its own --data");
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
        0);
    return channel;
  }

  private static boolean taken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another store of this very process has it.
      return false;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) {
    try {
      ByteBuffer text = ByteBuffer.allocate(20);
      int read = channel.read(text, 0);
      String pid = new String(text.array(), 0, Math.max(0, read), StandardCharsets.US_ASCII);
      return pid.matches("\\d+") ? ", process " + pid : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // From an earlier run.
    }
  }

  /** Moves a broken file out of the way; its new name. */
  String setAside(Instant at) throws IOException {
    Path aside = directory.resolve(ASIDE + TIME.format(at));
    for (String part : List.of("-wal", "-shm", "")) {
      try {
        Files.move(
            directory.resolve(NAME + part),
            aside.resolveSibling(aside.getFileName() + part),
            StandardCopyOption.REPLACE_EXISTING);
      } catch (NoSuchFileException e) {
        // Not every file has them.
      }
    }
    List<Path> old;
    try (Stream<Path> files = Files.list(directory)) {
      old =
          files
              .filter(file -> file.getFileName().toString().matches("\\Q" + ASIDE + "\\E[^-]*"))
              .sorted()
              .toList();
    }
    for (Path file : old.subList(0, Math.max(0, old.size() - MOST_SET_ASIDE))) {
      for (String part : List.of("-wal", "-shm", "")) {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
      }
    }
    create(path());
    return aside.toString();
  }

  /** Whether the file is where it was: what is written to a deleted one is lost. */
  boolean present() {
    return Files.exists(path());
  }

  void release() {
    FileChannel held = lock;
    lock = null;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        // Closed or not, the lock ends with the process.
      }
    }
  }
}
