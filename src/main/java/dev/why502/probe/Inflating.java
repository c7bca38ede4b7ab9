package dev.why502.probe;

import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Unpacks gzip and deflate with a limit on what comes out. */
final class Inflating {
  private static final int GZIP_HEADER = 10;

  private Inflating() {}

  /**
   * The unpacked body, cut at the sink's limit; the body as it came where it cannot be unpacked.
   */
  static BodySink inflate(@Nullable String header, BodySink coded) {
    String coding = header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
    byte[] bytes = coded.kept();
    boolean gzip = coding.equals("gzip") || coding.equals("x-gzip");
    if (!gzip && !coding.equals("deflate")) {
      return coded;
    }
    int from = gzip ? gzipBody(bytes) : 0;
    if (from < 0) {
      return coded;
    }
    boolean raw = gzip || bytes.length < 2 || (bytes[0] & 0x0f) != 8;
    Inflater inflater = new Inflater(raw);
    try {
      inflater.setInput(bytes, from, bytes.length - from);
      BodySink sink = new BodySink(true);
      byte[] out = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(out);
        if (count == 0 || !sink.take(out, 0, count)) {
          break;
        }
      }
      return sink;
    } catch (DataFormatException e) {
      return coded;
    } finally {
      inflater.end();
    }
  }

  /** Where the packed bytes begin (RFC 1952, 2.3), or -1. */
  private static int gzipBody(byte[] bytes) {
    if (bytes.length < GZIP_HEADER || bytes[0] != 0x1f || (bytes[1] & 0xff) != 0x8b) {
      return -1;
    }
    int flags = bytes[3];
    int at = GZIP_HEADER;
    if ((flags & 4) != 0) {
      if (at + 2 > bytes.length) {
        return -1;
      }
      at += 2 + (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8);
    }
    for (int flag = 8; flag <= 16; flag *= 2) {
      if ((flags & flag) != 0) {
        while (at < bytes.length && bytes[at] != 0) {
          at++;
        }
        at++;
      }
    }
    if ((flags & 2) != 0) {
      at += 2;
    }
    return at <= bytes.length ? at : -1;
  }
}
