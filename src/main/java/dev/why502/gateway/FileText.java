package dev.why502.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One file of a configuration as it was read.
 *
 * @param path absolute
 * @param bytes one character per byte
 * @param sha256 lower-case hex
 */
public record FileText(String path, String bytes, String sha256, Instant modifiedAt) {
  /** Stands for the file of what no file holds. */
  public static FileText none(String path) {
    return new FileText(path, "", "", Instant.EPOCH);
  }

  /** For programs that read UTF-8. */
  public String text() {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
