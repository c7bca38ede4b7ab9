package dev.why502.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Whole small files. */
final class BoundedFile {
  private BoundedFile() {}

  /** The content of a regular file (links are followed) of at most so many bytes. Blocks. */
  static Parsed<byte[]> read(Path file, int mostBytes) {
    try {
      Path real = file.toRealPath();
      // Opening a FIFO would wait for a writer, a device may have no end, and what the kernel makes
      // up under /proc calls itself a regular file.
      if (!Files.isRegularFile(real) || real.startsWith("/proc") || real.startsWith("/sys")) {
        return Parsed.not("it is not a regular file");
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] content = in.readNBytes(mostBytes + 1);
        return content.length > mostBytes
            ? Parsed.not("it is larger than " + mostBytes / 1024 + " KiB")
            : Parsed.of(content);
      }
    } catch (IOException e) {
      return Parsed.not(reason(e));
    }
  }

  /** Why the file could not be read now, or null if nothing speaks against it. Blocks. */
  static @Nullable String obstacle(Path file) {
    if (!Files.exists(file)) {
      return Files.notExists(file) ? "there is no such file" : "its directory cannot be read";
    }
    return Files.isReadable(file) ? null : "permission denied";
  }

  /** SHA-256 in hex. */
  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Refuses what is not UTF-8 instead of replacing it. */
  static Parsed<String> utf8(byte[] content) {
    try {
      return Parsed.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    } catch (CharacterCodingException e) {
      return Parsed.not("it is not valid UTF-8");
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return Printable.of(system.getReason());
    }
    return e.getClass().getSimpleName();
  }
}
