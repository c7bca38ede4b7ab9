package dev.why502.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one configuration, within limits, and remembers what it looked at, so that it
 * can later be told cheaply whether any of it changed. Blocks; belongs on a worker, of which
 * several may tell routes from one configuration at a time and read more of its files meanwhile.
 */
public final class FileTexts {
  private static final int MAX_FILES = 1000;
  private static final long MAX_TOTAL_BYTES = 16L * 1024 * 1024;

  /** Entries of one directory that are looked at. */
  private static final int MAX_ENTRIES = 10_000;

  private static final String DIRECTORY = "is a directory";
  private static final String NO_REGULAR_FILE = "not a regular file";

  /**
   * What was read, or why not.
   *
   * @param missing whether it certainly does not exist
   */
  public record Read(@Nullable FileText file, boolean missing, String why) {
    /** Whether it is there and no file that could be read. */
    public boolean irregular() {
      return why.equals(DIRECTORY) || why.equals(NO_REGULAR_FILE);
    }
  }

  /** A file's stamp; null when it could not be looked at. */
  private record Stamp(FileTime modified, long size, @Nullable Object inode, boolean regular) {}

  /** Names that were found, and how to find them again. */
  private record Listing(Supplier<@Nullable List<String>> again, List<String> found) {}

  /** A file that changes faster than that is taken as it was met last. */
  private static final int MAX_READS = 5;

  private final Map<String, FileText> read = new LinkedHashMap<>();
  private final Map<String, @Nullable Stamp> stamps = new LinkedHashMap<>();
  private final Map<String, Listing> listings = new LinkedHashMap<>();
  private final Map<String, Read> once = new HashMap<>();
  private final BiPredicate<String, String> matcher;
  private int count;
  private long total;

  public FileTexts() {
    this(Glob::matches);
  }

  /**
   * @param matcher whether a name fits a component of a pattern
   */
  public FileTexts(BiPredicate<String, String> matcher) {
    this.matcher = matcher;
  }

  /** Reads a file, each time that it is included anew as far as the limits are concerned. */
  public synchronized Read read(String path) {
    FileText known = read.get(path);
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
        return new Read(null, false, attributes.isDirectory() ? DIRECTORY : NO_REGULAR_FILE);
      }
      if (total + stamp.size() > MAX_TOTAL_BYTES) {
        return new Read(null, false, "the configuration is larger than 16 MiB");
      }
      byte[] content = content(file, stamp.size());
      for (int i = 1; i < MAX_READS && content.length != stamp.size(); i++) {
        // It was replaced or written to between the two: what was read is whole in no version.
        stamp = stamp(Files.readAttributes(file, BasicFileAttributes.class));
        stamps.put(path, stamp);
        content = content(file, stamp.size());
      }
      total += content.length;
      FileText seen =
          new FileText(
              path,
              new String(content, StandardCharsets.ISO_8859_1),
              sha256(content),
              stamp.modified().toInstant());
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
          reason == null ? "input/output error" : reason.toLowerCase(Locale.ROOT));
    } catch (IOException | InvalidPathException e) {
      stamps.put(path, null);
      return new Read(null, false, "it could not be read");
    }
  }

  /**
   * A file that has grown is cut, which its length then shows, and its stamp before it is used
   * again.
   */
  private byte[] content(Path file, long size) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) Math.min(size + 1, MAX_TOTAL_BYTES - total));
    }
  }

  /** What was read from a path before, and otherwise is read now. */
  public synchronized Read once(String path) {
    return once.computeIfAbsent(path, this::read);
  }

  /** Paths that fit a pattern, in the order of their bytes; null when not known. */
  public synchronized @Nullable List<String> glob(String pattern) {
    List<String> found = list(pattern);
    listings.put(pattern, new Listing(() -> list(pattern), found == null ? List.of() : found));
    return found;
  }

  private @Nullable List<String> list(String pattern) {
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
            if (last != null && matcher.test(part, last.toString())) {
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
    bases.removeIf(path -> !Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS));
    Collections.sort(bases);
    return bases;
  }

  /** Whether a path exists; null when that cannot be told. */
  public synchronized @Nullable Boolean exists(String path) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      stamps.put(path, stamp(attributes));
      return true;
    } catch (NoSuchFileException e) {
      stamps.put(path, null);
      return false;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /**
   * The regular files of a directory whose names end so and do not begin with a dot, in the order
   * of their bytes. Null where it cannot be listed, and where the path is no directory.
   */
  public synchronized @Nullable List<String> inside(String directory, String ending) {
    List<String> found = listed(directory, ending);
    if (found != null) {
      listings.put(directory, new Listing(() -> listed(directory, ending), found));
    }
    return found;
  }

  private static @Nullable List<String> listed(String directory, String ending) {
    List<String> found = new ArrayList<>();
    try {
      if (!Files.isDirectory(Path.of(directory))) {
        return null;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
        int seen = 0;
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (++seen > MAX_ENTRIES) {
            return null;
          }
          if (name.endsWith(ending) && !name.startsWith(".") && Files.isRegularFile(entry)) {
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

  public boolean directory(String path) {
    try {
      return Files.isDirectory(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Whether everything that was looked at still stands as it stood. */
  public synchronized boolean unchanged() {
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
    for (Listing listing : listings.values()) {
      if (!listing.found().equals(listing.again().get())) {
        return false;
      }
    }
    return true;
  }

  /** Every file that was read, in the order of reading. */
  public synchronized List<ConfigFiles.Seen> seen() {
    return read.values().stream()
        .map(file -> new ConfigFiles.Seen(file.path(), file.modifiedAt(), file.sha256()))
        .toList();
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
