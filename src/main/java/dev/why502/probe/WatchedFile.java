package dev.why502.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Function;

/**
 * A small file that is read again when it changed. Looked at once a second at most, off the event
 * loop; a file that cannot be read counts as empty.
 */
final class WatchedFile<T> {
  private static final long CHECK_NANOS = 1_000_000_000L;
  private static final int SIZE_LIMIT = 1 << 20;

  private final Vertx vertx;
  private final Path path;
  private final Function<String, T> parse;
  private volatile T value;
  private volatile long checkedNanos = System.nanoTime() - 2 * CHECK_NANOS;
  private volatile String seen = "";

  WatchedFile(Vertx vertx, Path path, Function<String, T> parse) {
    this.vertx = vertx;
    this.path = path;
    this.parse = parse;
    this.value = parse.apply("");
  }

  /** The content as of a second ago at most; never fails. */
  Future<T> get() {
    if (System.nanoTime() - checkedNanos < CHECK_NANOS) {
      return Future.succeededFuture(value);
    }
    return vertx.executeBlocking(this::refresh, false);
  }

  private synchronized T refresh() {
    if (System.nanoTime() - checkedNanos < CHECK_NANOS) {
      return value;
    }
    String now;
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      now = file.lastModifiedTime() + "/" + file.size() + "/" + file.fileKey();
    } catch (IOException e) {
      now = "none";
    }
    if (!now.equals(seen)) {
      value = parse.apply(read());
      seen = now;
    }
    checkedNanos = System.nanoTime();
    return value;
  }

  private String read() {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(SIZE_LIMIT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
