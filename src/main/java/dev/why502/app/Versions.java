package dev.why502.app;

import dev.why502.conf.Problem;
import dev.why502.conf.Reading;
import dev.why502.store.Entry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes down which definitions were in force since when, and which were refused. */
final class Versions {
  /** Of a text that is kept; a longer one is known by its hash alone. */
  static final long MAX_BYTES = 1 << 20;

  private final Vertx vertx;
  private final Path file;
  private final Register register;
  private final InstantSource clock;
  private final UnaryOperator<String> mask;

  /**
   * Of one file.
   *
   * @param mask takes secrets out of a text
   */
  Versions(
      Vertx vertx, Path file, Register register, InstantSource clock, UnaryOperator<String> mask) {
    this.vertx = vertx;
    this.file = file.toAbsolutePath();
    this.register = register;
    this.clock = clock;
    this.mask = mask;
  }

  /** A file was read. Its text is kept where it was taken: only then its secrets are known. */
  void read(Reading reading) {
    String sha256 = reading.files().get(file);
    if (sha256 == null || sha256.equals(Reading.UNREADABLE)) {
      return;
    }
    Instant at = clock.instant();
    JsonArray errors = new JsonArray();
    reading.problems().stream().map(Problem::toString).forEach(errors::add);
    vertx
        .executeBlocking(() -> reading.accepted() ? text(sha256) : null, false)
        .otherwiseEmpty()
        .onSuccess(
            text -> {
              JsonObject body = new JsonObject().put("errors", errors);
              if (text != null) {
                body.put("text", mask.apply(text));
              }
              register.add(
                  new Entry.DefinitionsVersion(sha256, at, reading.accepted(), body.encode()));
            });
  }

  /** The text with this hash, or null where the file is another one by now. */
  private @Nullable String text(String sha256) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash).equals(sha256)
          ? new String(bytes, StandardCharsets.UTF_8)
          : null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
