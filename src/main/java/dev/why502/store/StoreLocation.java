package dev.why502.store;

import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the store is. Its text never holds a password. */
public final class StoreLocation {
  private static final String FORM = "postgresql://user:password@host:port/database";

  private final @Nullable Path directory;
  private final @Nullable PgConnectOptions server;

  private StoreLocation(@Nullable Path directory, @Nullable PgConnectOptions server) {
    this.directory = directory;
    this.server = server;
  }

  /** A file of SQLite's in this directory. */
  public static StoreLocation in(Path directory) {
    return new StoreLocation(directory.toAbsolutePath().normalize(), null);
  }

  /**
   * A database of PostgreSQL's.
   *
   * @throws IllegalArgumentException in words that do not repeat the text, which holds a password
   */
  public static StoreLocation at(String uri) {
    if (!uri.startsWith("postgresql://") && !uri.startsWith("postgres://")) {
      throw new IllegalArgumentException("a store is given as " + FORM);
    }
    PgConnectOptions options;
    try {
      options = PgConnectOptions.fromUri(uri);
    } catch (RuntimeException e) {
      // Its message quotes the text.
      throw new IllegalArgumentException(
          "the store's address cannot be read; it is given as " + FORM);
    }
    // The driver would take a database of its own choice.
    if (!uri.matches("[a-z]+://[^/?]*/[^/?]+.*")) {
      throw new IllegalArgumentException("the store's address names no database: " + FORM);
    }
    return new StoreLocation(null, options);
  }

  @Nullable Path directory() {
    return directory;
  }

  @Nullable PgConnectOptions server() {
    return server;
  }

  @Override
  public String toString() {
    if (server == null) {
      return directory + "/" + SqliteFile.NAME;
    }
    return "postgresql://" + server.getHost() + ":" + server.getPort() + "/" + server.getDatabase();
  }
}
