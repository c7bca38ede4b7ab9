package dev.why502.store;

import dev.why502.store.StoreFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteException;

/**
 * One file, one writer on a thread of its own, and a second connection that only reads.
 *
 * <p>{@code synchronous=FULL}: what is acknowledged outlives the loss of power too, not only of the
 * process. It costs one {@code fsync} a batch, and batches are few.
 */
final class SqliteDatabase implements Database {
  /** Reads that may wait for the one under way. */
  static final int MOST_READS = 64;

  /** An administrator's shell may hold the file so long. */
  static final int BUSY_MILLIS = 5_000;

  private static final int MOST_PREPARED = 64;

  /** Pages given back at once: 4 MiB. */
  private static final int SHRINK_PAGES = 1_024;

  private static final long WAL_BYTES = 4L << 20;

  /** How a file is opened; a test breaks it. */
  interface Connections {
    Connection open(Path file) throws SQLException;
  }

  private final SqliteFile file;
  private final Connections connections;
  private final InstantSource clock;
  private final Consumer<String> tell;
  private final OneThread writing;
  private final OneThread reading;

  private @Nullable Connection writer;
  private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);
  private boolean checked;

  /** Of the writer; a reader of an older one opens the file again. */
  private volatile int generation;

  private volatile boolean corrupt;
  private @Nullable Connection reader;
  private int readerGeneration;

  SqliteDatabase(VertxInternal vertx, Path directory, InstantSource clock, Consumer<String> tell) {
    this(vertx, directory, clock, tell, SqliteDatabase::connect);
  }

  SqliteDatabase(
      VertxInternal vertx,
      Path directory,
      InstantSource clock,
      Consumer<String> tell,
      Connections connections) {
    this.file = new SqliteFile(directory);
    this.connections = connections;
    this.clock = clock;
    this.tell = tell;
    this.writing = new OneThread(vertx, "why502-store", MOST_READS);
    this.reading = new OneThread(vertx, "why502-store-read", MOST_READS);
  }

  private static Connection connect(Path file) throws SQLException {
    // Not through DriverManager, which would ask every driver on the class path.
    return JDBC.createConnection("jdbc:sqlite:" + file, new java.util.Properties());
  }

  @Override
  public Future<Void> open() {
    return writing.run(
        explained(
            () -> {
              closeWriter();
              file.take();
              if (corrupt) {
                setAside();
              }
              try {
                connectWriter();
              } catch (SQLException e) {
                if (!broken(e)) {
                  throw e;
                }
                closeWriter();
                setAside();
                connectWriter();
              }
              // Only this thread writes it.
              int before = generation;
              generation = before + 1;
              return null;
            }));
  }

  private void connectWriter() throws SQLException {
    Connection connection = connections.open(file.path());
    writer = connection;
    // Before anything is written, or it would need the whole file to be written anew.
    run(connection, "PRAGMA auto_vacuum=INCREMENTAL");
    run(connection, "PRAGMA busy_timeout=" + BUSY_MILLIS);
    run(connection, "PRAGMA journal_mode=WAL");
    run(connection, "PRAGMA synchronous=FULL");
    run(connection, "PRAGMA journal_size_limit=" + WAL_BYTES);
    if (!checked) {
      String found = String.valueOf(first(connection, "PRAGMA quick_check(1)"));
      if (!found.equals("ok")) {
        throw new SQLiteException(found, org.sqlite.SQLiteErrorCode.SQLITE_CORRUPT);
      }
      checked = true;
    }
  }

  private void setAside() throws IOException {
    String aside = file.setAside(clock.instant());
    corrupt = false;
    tell.accept("the store was broken: it is kept as " + aside + ", and a new one was begun");
  }

  @Override
  public Future<List<Row>> read(Statement query) {
    return reading.run(
        explained(
            () -> {
              try (PreparedStatement statement = reader().prepareStatement(query.sql())) {
                bind(statement, query.values());
                try (ResultSet result = statement.executeQuery()) {
                  return rows(result);
                }
              }
            }));
  }

  @Override
  public Future<List<Row>> look(List<Statement> queries) {
    return writing.run(
        explained(
            () -> {
              List<Row> rows = new ArrayList<>();
              for (Statement query : queries) {
                PreparedStatement statement = prepared(writer(), query.sql());
                bind(statement, query.values());
                try (ResultSet result = statement.executeQuery()) {
                  rows.addAll(rows(result));
                }
              }
              return rows;
            }));
  }

  private Connection reader() throws SQLException, StoreFailure {
    int now = generation;
    if (now == 0) {
      throw new StoreFailure(Kind.UNAVAILABLE, "the store is not open");
    }
    Connection connection = reader;
    if (connection == null || readerGeneration != now) {
      closeQuietly(connection);
      reader = null;
      connection = connections.open(file.path());
      run(connection, "PRAGMA busy_timeout=" + BUSY_MILLIS);
      run(connection, "PRAGMA query_only=ON");
      reader = connection;
      readerGeneration = now;
    }
    return connection;
  }

  private static List<Row> rows(ResultSet result) throws SQLException {
    int columns = result.getMetaData().getColumnCount();
    List<Row> rows = new ArrayList<>();
    while (result.next()) {
      List<@Nullable Object> values = new ArrayList<>(columns);
      for (int column = 1; column <= columns; column++) {
        values.add(result.getObject(column));
      }
      rows.add(new Row(values));
    }
    return rows;
  }

  @Override
  public Future<Integer> write(List<Statement> statements) {
    return writing.run(
        explained(
            () -> {
              Connection connection = writer();
              int touched = 0;
              run(connection, "BEGIN IMMEDIATE");
              try {
                for (Statement statement : statements) {
                  PreparedStatement ready = prepared(connection, statement.sql());
                  bind(ready, statement.values());
                  touched += ready.executeUpdate();
                }
                run(connection, "COMMIT");
              } catch (SQLException e) {
                // The driver does not use a statement again that has failed.
                forgetPrepared();
                rollBack(connection);
                throw e;
              }
              return touched;
            }));
  }

  private Connection writer() throws StoreFailure {
    Connection connection = writer;
    if (connection == null || corrupt) {
      throw new StoreFailure(Kind.UNAVAILABLE, "the store is not open");
    }
    if (!file.present()) {
      throw new StoreFailure(Kind.UNAVAILABLE, file.path() + " is gone");
    }
    return connection;
  }

  private PreparedStatement prepared(Connection connection, String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    PreparedStatement made = connection.prepareStatement(sql);
    prepared.put(sql, made);
    if (prepared.size() > MOST_PREPARED) {
      PreparedStatement eldest = prepared.remove(prepared.keySet().iterator().next());
      closeQuietly(eldest);
    }
    return made;
  }

  private static void bind(PreparedStatement statement, List<@Nullable Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }

  private static void rollBack(Connection connection) {
    try {
      run(connection, "ROLLBACK");
    } catch (SQLException e) {
      // SQLite has rolled back by itself where it could not go on.
    }
  }

  @Override
  public Future<Long> usedBytes(long exactFrom) {
    return writing.run(
        explained(
            () -> {
              Connection connection = writer();
              long pages = number(connection, "PRAGMA page_count");
              long free = number(connection, "PRAGMA freelist_count");
              return (pages - free) * number(connection, "PRAGMA page_size");
            }));
  }

  @Override
  public Future<Boolean> shrink() {
    return writing.run(
        explained(
            () -> {
              Connection connection = writer();
              if (number(connection, "PRAGMA freelist_count") == 0) {
                return false;
              }
              // Steps once a page: all of them are taken only when all results are fetched.
              try (java.sql.Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA incremental_vacuum(" + SHRINK_PAGES + ")");
              }
              boolean more = number(connection, "PRAGMA freelist_count") > 0;
              if (!more) {
                run(connection, "PRAGMA wal_checkpoint(PASSIVE)");
              }
              return more;
            }));
  }

  @Override
  public Future<Void> close() {
    return reading
        .run(
            () -> {
              closeQuietly(reader);
              reader = null;
              return null;
            })
        .transform(
            readerClosed ->
                writing.<Void>run(
                    () -> {
                      closeWriter();
                      file.release();
                      return null;
                    }))
        .onComplete(
            closed -> {
              reading.end();
              writing.end();
            });
  }

  private void closeWriter() {
    forgetPrepared();
    closeQuietly(writer);
    writer = null;
  }

  private void forgetPrepared() {
    prepared.values().forEach(SqliteDatabase::closeQuietly);
    prepared.clear();
  }

  private static void closeQuietly(@Nullable AutoCloseable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (Exception e) {
        // Nothing hangs on it: a new one is opened.
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static @Nullable Object first(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getObject(1) : null;
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    return first(connection, sql) instanceof Number number ? number.longValue() : 0;
  }

  /** What fails leaves as a failure of ours. */
  private <T extends @Nullable Object> Callable<T> explained(Callable<T> task) {
    return () -> {
      try {
        return task.call();
      } catch (SQLException e) {
        if (broken(e)) {
          corrupt = true;
        }
        throw new StoreFailure(kind(e), file.path() + ": " + e.getMessage());
      } catch (IOException | LinkageError e) {
        throw new StoreFailure(Kind.UNAVAILABLE, file.path() + ": " + e);
      }
    };
  }

  private static int code(SQLException e) {
    // The lower byte is what happened, the rest where.
    return e instanceof SQLiteException ours ? ours.getResultCode().code & 0xff : -1;
  }

  private static boolean broken(SQLException e) {
    int code = code(e);
    return code == 11 || code == 26; // SQLITE_CORRUPT, SQLITE_NOTADB
  }

  private static Kind kind(SQLException e) {
    return switch (code(e)) {
      case 5, 6, 13 -> Kind.FULL; // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL
      case 18, 19, 20, 25 -> Kind.ENTRY; // SQLITE_TOOBIG, _CONSTRAINT, _MISMATCH, _RANGE
      default -> Kind.UNAVAILABLE;
    };
  }
}
