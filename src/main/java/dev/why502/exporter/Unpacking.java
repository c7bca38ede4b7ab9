package dev.why502.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a body, with a limit on what comes out. */
final class Unpacking {
  /** Bytes unpacked. */
  static final int LIMIT = 1 << 20;

  private Unpacking() {}

  /**
   * One char per byte, as it went in; null where the body is not coded so.
   *
   * @param coding gzip, deflate or identity
   */
  static @Nullable String of(String body, String coding) {
    if (coding.equals("identity")) {
      return body;
    }
    InputStream packed = new ByteArrayInputStream(body.getBytes(ISO_8859_1));
    try (InputStream in =
        coding.equals("gzip") ? new GZIPInputStream(packed) : new InflaterInputStream(packed)) {
      return new String(in.readNBytes(LIMIT), ISO_8859_1);
    } catch (IOException e) {
      return null;
    }
  }
}
