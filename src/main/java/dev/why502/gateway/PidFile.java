package dev.why502.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The process that a pid file names: 0 when there is no such file, -1 when it is unreadable. */
public final class PidFile {
  private static final int MAX_BYTES = 32;
  private static final int MAX_LIST_BYTES = 1024;

  private PidFile() {}

  public static int only(Path file) {
    return read(file, MAX_BYTES, false);
  }

  /** The first of those that stand on lines of their own. */
  public static int first(Path file) {
    return read(file, MAX_LIST_BYTES, true);
  }

  private static int read(Path file, int maxBytes, boolean list) {
    try {
      if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
        return -1;
      }
      try (InputStream in = Files.newInputStream(file)) {
        String text = new String(in.readNBytes(maxBytes), StandardCharsets.ISO_8859_1).strip();
        long pid = ByteText.number(list ? text.split("\\s+", 2)[0] : text);
        return pid > Integer.MAX_VALUE ? -1 : (int) pid;
      }
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      return -1;
    }
  }
}
