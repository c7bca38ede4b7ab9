package dev.why502.remedy;

import dev.why502.diagnosis.Fix;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Whether a file is still the one that a verdict speaks of. Blocks. */
final class Fingerprint {
  /** The most that is read of a gateway's configuration at all. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private Fingerprint() {}

  /** True where the fix names no file, or none by its content. */
  static boolean holds(@Nullable Fix fix) {
    Fix.At at = fix == null ? null : fix.at();
    String wanted = at == null ? null : at.sha256();
    return at == null || wanted == null || wanted.equals(sha256(at.file()));
  }

  /** Null where it cannot be read. */
  private static @Nullable String sha256(String file) {
    try {
      Path path = Path.of(file);
      if (!Files.isRegularFile(path)) {
        return null;
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        return bytes.length > MAX_BYTES
            ? null
            : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      }
    } catch (IOException | InvalidPathException | SecurityException unreadable) {
      return null;
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
