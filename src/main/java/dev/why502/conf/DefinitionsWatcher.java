package dev.why502.conf;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a changed definitions file, or a changed {@code ${file:}} of it, into force.
 *
 * <p>It looks at the content every second instead of waiting for events, because those are lost
 * with bind mounts, network file systems and the swapped {@code ..data} link of mounted
 * configuration. A change counts when it is still the same at the next look; one that cannot be
 * accepted, at the look after that: a file that is being written is not yet a bad file.
 *
 * <p>All work on files is done by worker threads; outcomes are handed over on this verticle's
 * context.
 */
public final class DefinitionsWatcher extends VerticleBase {
  static final long POLL_MILLIS = 1_000;
  private static final int LOOKS_TO_ACCEPT = 2;
  private static final int LOOKS_TO_REFUSE = 3;

  private final DefinitionsReader reader;
  private final Path file;
  private final Consumer<Reading> outcomes;
  private final long pollMillis;

  /** Hashes of what was published last, accepted or refused. */
  private Map<Path, String> published;

  private @Nullable Map<Path, String> seen;
  private int looks;
  private boolean looking;

  /**
   * @param inForce the reading the service started with; it is not published again
   * @param outcomes told of each accepted change and each refusal, once per content
   */
  public DefinitionsWatcher(
      DefinitionsReader reader, Path file, Reading inForce, Consumer<Reading> outcomes) {
    this(reader, file, inForce, outcomes, POLL_MILLIS);
  }

  DefinitionsWatcher(
      DefinitionsReader reader,
      Path file,
      Reading inForce,
      Consumer<Reading> outcomes,
      long pollMillis) {
    this.reader = reader;
    this.file = file.toAbsolutePath();
    this.published = inForce.files();
    this.outcomes = outcomes;
    this.pollMillis = pollMillis;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(pollMillis, timer -> look());
    return Future.succeededFuture();
  }

  /**
   * Reads at once and publishes the outcome, also one that is known already: somebody asked. May be
   * called from any thread. The future fails only for a fault of this program.
   */
  public Future<Reading> reload() {
    return vertx
        .executeBlocking(() -> reader.read(file), false)
        .compose(
            reading -> {
              Promise<Reading> done = Promise.promise();
              context.runOnContext(
                  ignored -> {
                    try {
                      publish(reading);
                    } finally {
                      done.complete(reading);
                    }
                  });
              return done.future();
            });
  }

  private void look() {
    // A look can outlast the period, on a file system that hangs.
    if (looking) {
      return;
    }
    looking = true;
    Map<Path, String> known = published;
    vertx
        .executeBlocking(() -> known.equals(hashes(known)) ? null : reader.read(file), false)
        .onComplete(
            done -> {
              looking = false;
              if (done.failed()) {
                throw new IllegalStateException("definitions could not be read", done.cause());
              }
              // A reload in between has already said something newer.
              if (known.equals(published)) {
                consider(done.result());
              }
            });
  }

  private void consider(@Nullable Reading reading) {
    if (reading == null || reading.files().equals(published)) {
      seen = null;
      return;
    }
    if (reading.files().equals(seen)) {
      looks++;
    } else {
      seen = reading.files();
      looks = 1;
    }
    if (looks >= (reading.accepted() ? LOOKS_TO_ACCEPT : LOOKS_TO_REFUSE)) {
      publish(reading);
    }
  }

  private void publish(Reading reading) {
    published = reading.files();
    seen = null;
    outcomes.accept(reading);
  }

  private Map<Path, String> hashes(Map<Path, String> known) {
    Map<Path, String> now = new HashMap<>();
    for (Path path : known.keySet()) {
      int most = path.equals(file) ? Limits.FILE_BYTES : Limits.SECRET_FILE_BYTES;
      byte[] content = BoundedFile.read(path, most).value();
      now.put(path, content == null ? Reading.UNREADABLE : BoundedFile.sha256(content));
    }
    return now;
  }
}
