package dev.why502.gateway.nginx;

import dev.why502.gateway.Glob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one configuration, within limits, and remembers what it looked at, so that it
 * can later be told cheaply whether any of it changed. Blocks; belongs on a worker.
 */
final class NginxFiles {
  static final int MAX_FILES = 1000;
  static final long MAX_TOTAL_BYTES = 16L * 1024 * 1024;

  /** Entries of one directory that a pattern is held against. */
  static final int MAX_ENTRIES = 10_000;

  /**
   * What was read, or why not.
   *
   * @param missing whether it certainly does not exist
   */
  record Read(@Nullable NginxFile file, boolean missing, String why) {}

  /** A file's stamp; null when it could not be looked at. */
  private record Stamp(FileTime modified, long size, @Nullable Object inode, boolean regular) {}

  private final Map<String, NginxFile> read = new LinkedHashMap<>();
  private final Map<String, @Nullable Stamp> stamps = new LinkedHashMap<>();
  private final Map<String, List<String>> globs = new LinkedHashMap<>();
  private int count;
  private long total;

  Read read(String path) {
    NginxFile known = read.get(path);
    if (++count > MAX_FILES) {
      return new Read(null, false, "more than " + MAX_FILES + " files");
    }
    if (known != null) {
      total += known.bytes().length();
      return total > MAX_TOTAL_BYTES
          ? new Read(null, false, "the configuration is larger than 16 MiB")
          : new Read(known, false, "");
    }
    try {
      Path file = Path.of(path);
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp stamp = stamp(attributes);
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
      NginxFile seen =
          new NginxFile(
              path,
              new String(content, StandardCharsets.ISO_8859_1),
              sha256(content),
              stamp.modified().toInstant(),
              Objects.requireNonNullElse(stamp.inode(), path));
      read.put(path, seen);
      return new Read(seen, false, "");
    } catch (NoSuchFileException e) {
      stamps.put(path, null);
      return new Read(null, true, "no such file");
    } catch (AccessDeniedException e) {
      stamps.put(path, null);
      return new Read(null, false, "permission denied");
    } catch (FileSystemException e) {
      stamps.put(path, null);
      String reason = e.getReason();
      return new Read(
          null,
          "Not a directory".equals(reason),
          reason == null ? "input/output error" : reason.toLowerCase(java.util.Locale.ROOT));
    } catch (IOException | InvalidPathException e) {
      stamps.put(path, null);
      return new Read(null, false, "it could not be read");
    }
  }

  /** Paths that fit a glob(3) pattern, in the order of their bytes; null when not known. */
  @Nullable List<String> glob(String pattern) {
    List<String> found = list(pattern);
    globs.put(pattern, found == null ? List.of() : found);
    return found;
  }

  private static @Nullable List<String> list(String pattern) {
    String[] parts = pattern.split("/+");
    List<String> bases = new ArrayList<>(List.of(""));
    for (String part : parts) {
      if (part.isEmpty()) {
        continue;
      }
      List<String> next = new ArrayList<>();
      boolean wild = Glob.wild(part);
      for (String base : bases) {
        if (!wild) {
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
            if (last != null && Glob.matches(part, last.toString())) {
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
    bases.removeIf(path -> !Files.exists(Path.of(path), java.nio.file.LinkOption.NOFOLLOW_LINKS));
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
      // What could not be read is tried again: permissions leave no trace in the stamp.
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
  List<NginxFile> files() {
    return List.copyOf(read.values());
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
