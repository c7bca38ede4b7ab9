package dev.why502.gateway.caddy;

import dev.why502.gateway.Glob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
final class CaddyFiles {
  static final int MAX_FILES = 1000;
  static final long MAX_TOTAL_BYTES = 16L * 1024 * 1024;

  /** Entries of one directory that a pattern is held against. */
  static final int MAX_ENTRIES = 10_000;

  /**
   * What was read, or why not.
   *
   * @param missing whether it certainly does not exist
   */
  record Read(@Nullable CaddyFile file, boolean missing, String why) {}

  /** A file's stamp. */
  private record Stamp(FileTime modified, long size, @Nullable Object inode) {}

  private final Map<String, CaddyFile> read = new LinkedHashMap<>();
  private final Map<String, @Nullable Stamp> stamps = new LinkedHashMap<>();
  private final Map<String, List<String>> globs = new LinkedHashMap<>();
  private int count;
  private long total;

  Read read(String path) {
    if (++count > MAX_FILES) {
      return new Read(null, false, "more than " + MAX_FILES + " files");
    }
    CaddyFile known = read.get(path);
    if (known != null) {
      total += known.text().length();
      return total > MAX_TOTAL_BYTES
          ? new Read(null, false, "the configuration is larger than 16 MiB")
          : new Read(known, false, "");
    }
    stamps.put(path, null);
    try {
      Path file = Path.of(path);
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      stamps.put(path, stamp(attributes));
      if (!attributes.isRegularFile()) {
        return new Read(
            null, false, attributes.isDirectory() ? "is a directory" : "not a regular file");
      }
      if (total + attributes.size() > MAX_TOTAL_BYTES) {
        return new Read(null, false, "the configuration is larger than 16 MiB");
      }
      byte[] content;
      try (InputStream in = Files.newInputStream(file)) {
        content = in.readNBytes((int) Math.min(attributes.size() + 1, MAX_TOTAL_BYTES - total));
      }
      total += content.length;
      CaddyFile seen =
          new CaddyFile(
              path,
              new String(content, StandardCharsets.UTF_8),
              sha256(content),
              attributes.lastModifiedTime().toInstant());
      read.put(path, seen);
      return new Read(seen, false, "");
    } catch (NoSuchFileException e) {
      return new Read(null, true, "no such file");
    } catch (AccessDeniedException e) {
      return new Read(null, false, "permission denied");
    } catch (IOException | InvalidPathException e) {
      return new Read(null, false, "it could not be read");
    }
  }

  /** Paths that fit a pattern with one wildcard, in their order; null when not known. */
  @Nullable List<String> glob(String pattern) {
    List<String> found = list(pattern);
    globs.put(pattern, found == null ? List.of() : found);
    return found;
  }

  private static @Nullable List<String> list(String pattern) {
    List<String> bases = new ArrayList<>(List.of(""));
    for (String part : pattern.split("/+")) {
      if (part.isEmpty()) {
        continue;
      }
      List<String> next = new ArrayList<>();
      for (String base : bases) {
        if (!Glob.wild(part)) {
          next.add(base + "/" + part);
          continue;
        }
        try (DirectoryStream<Path> entries =
            Files.newDirectoryStream(Path.of(base.isEmpty() ? "/" : base))) {
          int seen = 0;
          for (Path entry : entries) {
            if (++seen > MAX_ENTRIES) {
              return null;
            }
            Path last = entry.getFileName();
            if (last != null && CaddyGlob.matches(part, last.toString())) {
              next.add(base + "/" + last);
            }
          }
        } catch (NoSuchFileException | NotDirectoryException e) {
          // Nothing there fits.
        } catch (IOException | InvalidPathException e) {
          return null;
        }
      }
      if (next.size() > MAX_ENTRIES) {
        return null;
      }
      bases = next;
    }
    bases.removeIf(path -> !Files.exists(Path.of(path)));
    Collections.sort(bases);
    return bases;
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
      if (now == null ? entry.getValue() != null : !now.equals(entry.getValue())) {
        return false;
      }
    }
    for (Map.Entry<String, List<String>> entry : globs.entrySet()) {
      List<String> now = list(entry.getKey());
      if (now == null || !now.equals(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Every file that was read, in the order of reading. */
  List<CaddyFile> files() {
    return List.copyOf(read.values());
  }

  private static Stamp stamp(BasicFileAttributes attributes) {
    return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
