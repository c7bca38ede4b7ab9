package dev.why502.gateway.haproxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one configuration, within limits, and remembers what it looked at, so that it
 * can later be told cheaply whether any of it changed. Blocks; belongs on a worker.
 */
final class HaproxyFiles {
  static final int MAX_FILES = 1000;
  static final long MAX_TOTAL_BYTES = 16L * 1024 * 1024;

  /** Entries of one directory that are looked at. */
  static final int MAX_ENTRIES = 10_000;

  /**
   * What was read, or why not.
   *
   * @param missing whether it certainly does not exist
   */
  record Read(@Nullable HaproxyFile file, boolean missing, String why) {}

  /** A file's stamp. */
  private record Stamp(FileTime modified, long size, @Nullable Object inode, boolean regular) {}

  private final Map<String, Read> read = new LinkedHashMap<>();
  private final Map<String, @Nullable Stamp> stamps = new LinkedHashMap<>();
  private final Map<String, List<String>> directories = new LinkedHashMap<>();
  private long total;

  Read read(String path) {
    Read known = read.get(path);
    if (known == null) {
      known =
          read.size() >= MAX_FILES
              ? new Read(null, false, "more than " + MAX_FILES + " files")
              : load(path);
      read.put(path, known);
    }
    return known;
  }

  private Read load(String path) {
    try {
      Path file = Path.of(path);
      Stamp stamp = stamp(Files.readAttributes(file, BasicFileAttributes.class));
      stamps.put(path, stamp);
      if (!stamp.regular()) {
        return new Read(null, false, "not a regular file");
      }
      if (total + stamp.size() > MAX_TOTAL_BYTES) {
        return new Read(null, false, "the configuration is larger than 16 MiB");
      }
      byte[] content;
      try (InputStream in = Files.newInputStream(file)) {
        // A file that grows while it is read is cut; its stamp then no longer fits and it is read
        // again.
        content = in.readNBytes((int) Math.min(stamp.size() + 1, MAX_TOTAL_BYTES - total));
      }
      total += content.length;
      HaproxyFile seen =
          new HaproxyFile(
              path,
              new String(content, StandardCharsets.ISO_8859_1),
              sha256(content),
              stamp.modified().toInstant());
      return new Read(seen, false, "");
    } catch (NoSuchFileException e) {
      stamps.put(path, null);
      return new Read(null, true, "no such file");
    } catch (AccessDeniedException e) {
      stamps.put(path, null);
      return new Read(null, false, "permission denied");
    } catch (IOException | InvalidPathException e) {
      stamps.put(path, null);
      return new Read(null, false, "it could not be read");
    }
  }

  /**
   * The configuration files of a directory as HAProxy takes them: names that end in {@code .cfg}
   * and do not begin with a dot, in the order of their bytes. Null where it cannot be listed, and
   * where the path is no directory.
   */
  @Nullable List<String> directory(String path) {
    List<String> found = list(path);
    if (found != null) {
      directories.put(path, found);
    }
    return found;
  }

  private static @Nullable List<String> list(String path) {
    List<String> found = new ArrayList<>();
    try {
      if (!Files.isDirectory(Path.of(path))) {
        return null;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(path))) {
        int seen = 0;
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (++seen > MAX_ENTRIES) {
            return null;
          }
          if (name.endsWith(".cfg") && !name.startsWith(".") && Files.isRegularFile(entry)) {
            found.add(entry.toString());
          }
        }
      }
    } catch (IOException | InvalidPathException e) {
      return null;
    }
    Collections.sort(found);
    return found;
  }

  /** Whether everything that was looked at still stands as it stood. */
  boolean unchanged() {
    for (Map.Entry<String, @Nullable Stamp> entry : stamps.entrySet()) {
      Stamp now;
      try {
        now = stamp(Files.readAttributes(Path.of(entry.getKey()), BasicFileAttributes.class));
      } catch (IOException | InvalidPathException e) {
        now = null;
      }
      // What could not be read is tried again: permissions leave no trace in the stamp.
      if (now == null ? entry.getValue() != null : !now.equals(entry.getValue())) {
        return false;
      }
    }
    for (Map.Entry<String, List<String>> entry : directories.entrySet()) {
      if (!entry.getValue().equals(list(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** Every file that was read, in the order of reading. */
  List<HaproxyFile> files() {
    List<HaproxyFile> files = new ArrayList<>();
    for (Read each : read.values()) {
      if (each.file() != null) {
        files.add(each.file());
      }
    }
    return files;
  }

  private static Stamp stamp(BasicFileAttributes attributes) {
    return new Stamp(
        attributes.lastModifiedTime(),
        attributes.size(),
        attributes.fileKey(),
        attributes.isRegularFile());
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
