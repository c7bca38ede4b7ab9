package dev.why502.store;

import dev.why502.store.StoreFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A schema of its own in a database of PostgreSQL's, which several nodes may share. One connection
 * writes, and holds a lock on the node's name as long as it lives; two others read.
 */
final class PgDatabase implements Database {
  static final String SCHEMA = "why502";
  static final int MOST_READS = 64;

  /** A statement that takes longer is given up by the server; a batch, by us. */
  static final int STATEMENT_SECONDS = 30;

  private static final int CONNECT_SECONDS = 10;
  private static final int BATCH_SECONDS = 60;
  private static final int CLOSE_SECONDS = 2;

  /** A process that was killed has its connection for a moment longer. */
  static final int LOCK_TRIES = 40;

  private static final long LOCK_PAUSE_MILLIS = 50;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String place;
  private final String node;
  private final Map<String, String> numbered = new ConcurrentHashMap<>();
  private volatile @Nullable PgConnection writer;
  private volatile @Nullable Pool readers;
  private boolean held;

  PgDatabase(Vertx vertx, StoreLocation location, PgConnectOptions server, String node) {
    this.vertx = vertx;
    this.node = node;
    this.place = location.toString();
    PgConnectOptions ours = new PgConnectOptions(server);
    ours.setCachePreparedStatements(true);
    ours.setPreparedStatementCacheMaxSize(128);
    ours.setReconnectAttempts(0);
    ours.addProperty("application_name", "why502 " + node);
    ours.addProperty("search_path", SCHEMA);
    ours.addProperty("statement_timeout", Integer.toString(STATEMENT_SECONDS * 1000));
    ours.addProperty("client_min_messages", "warning");
    // A plan made while a table was empty reads all of it, and is kept when it has grown.
    ours.addProperty("enable_seqscan", "off");
    ours.addProperty("jit", "off");
    // A host that lost its power must not hold the lock for two hours.
    ours.addProperty("tcp_keepalives_idle", "30");
    ours.addProperty("tcp_keepalives_interval", "10");
    ours.addProperty("tcp_keepalives_count", "3");
    if (ours.getSslMode() != SslMode.DISABLE && ours.getSslOptions() == null) {
      // As psql has it: only verify-ca and verify-full look at who answers.
      boolean verified =
          ours.getSslMode() == SslMode.VERIFY_CA || ours.getSslMode() == SslMode.VERIFY_FULL;
      ours.setSslOptions(
          new ClientSSLOptions()
              .setTrustAll(!verified)
              .setHostnameVerificationAlgorithm(
                  ours.getSslMode() == SslMode.VERIFY_FULL ? "HTTPS" : ""));
    }
    this.options = ours;
  }

  @Override
  public Future<Void> open() {
    return closeConnections()
        .compose(
            closed ->
                PgConnection.connect(vertx, options).timeout(CONNECT_SECONDS, TimeUnit.SECONDS))
        .compose(
            connection -> {
              writer = connection;
              // Without a handler, a connection that ends would be told as an error of nobody's.
              connection.exceptionHandler(failure -> {});
              return lock(connection, LOCK_TRIES).compose(locked -> schema(connection));
            })
        .<Void>map(
            ready -> {
              readers =
                  PgBuilder.pool()
                      .with(
                          new PoolOptions()
                              .setMaxSize(2)
                              .setMaxWaitQueueSize(MOST_READS)
                              .setConnectionTimeout(CONNECT_SECONDS))
                      .connectingTo(options)
                      .using(vertx)
                      .build();
              return null;
            })
        .recover(this::explained);
  }

  private Future<Void> lock(PgConnection connection, int tries) {
    return connection
        .preparedQuery("SELECT pg_try_advisory_lock(hashtext('why502'), hashtext($1))")
        .execute(Tuple.of(node))
        .compose(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                held = true;
                return Future.succeededFuture();
              }
              if (tries > 1) {
                return vertx
                    .timer(LOCK_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .compose(waited -> lock(connection, tries - 1));
              }
              // Once it was ours: then the connection before this one lingers.
              return Future.failedFuture(
                  new StoreFailure(
                      held ? Kind.UNAVAILABLE : Kind.REFUSED,
                      place
                          + " is in use by another why502 of the same name, "
                          + node
                          + "; give each host its own name"));
            });
  }

  private static Future<?> schema(PgConnection connection) {
    return connection
        .preparedQuery("SELECT 1 FROM pg_namespace WHERE nspname = $1")
        .execute(Tuple.of(SCHEMA))
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture()
                    : connection.query("CREATE SCHEMA IF NOT EXISTS " + SCHEMA).execute());
  }

  @Override
  public Future<List<Row>> read(Statement query) {
    Pool pool = readers;
    if (pool == null) {
      return Future.failedFuture(notOpen());
    }
    return read(pool, List.of(query));
  }

  @Override
  public Future<List<Row>> look(List<Statement> queries) {
    PgConnection connection = writer;
    return connection == null ? Future.failedFuture(notOpen()) : read(connection, queries);
  }

  private Future<List<Row>> read(SqlClient client, List<Statement> queries) {
    List<Tuple> values = new ArrayList<>(queries.size());
    for (Statement query : queries) {
      values.add(Tuple.wrap(new ArrayList<>(query.values())));
    }
    return client
        .preparedQuery(numbered(queries.get(0).sql()))
        .executeBatch(values)
        .timeout(STATEMENT_SECONDS + CONNECT_SECONDS, TimeUnit.SECONDS)
        .map(PgDatabase::rows)
        .recover(this::explained);
  }

  private static List<Row> rows(RowSet<io.vertx.sqlclient.Row> result) {
    List<Row> rows = new ArrayList<>(result.size());
    for (RowSet<io.vertx.sqlclient.Row> answer = result; answer != null; answer = answer.next()) {
      for (io.vertx.sqlclient.Row row : answer) {
        List<@Nullable Object> values = new ArrayList<>(row.size());
        for (int column = 0; column < row.size(); column++) {
          values.add(row.getValue(column));
        }
        rows.add(new Row(values));
      }
    }
    return rows;
  }

  @Override
  public Future<Integer> write(List<Statement> statements) {
    PgConnection connection = writer;
    if (connection == null) {
      return Future.failedFuture(notOpen());
    }
    return transaction(connection, statements)
        .timeout(BATCH_SECONDS, TimeUnit.SECONDS)
        .recover(this::explained);
  }

  /**
   * All statements are sent without waiting for one another's answers, and those that are alike as
   * one.
   */
  private Future<Integer> transaction(PgConnection connection, List<Statement> statements) {
    List<Future<Integer>> answers = new ArrayList<>(statements.size() + 1);
    answers.add(connection.query("BEGIN").execute().map(0));
    for (int from = 0; from < statements.size(); ) {
      String sql = statements.get(from).sql();
      List<Tuple> tuples = new ArrayList<>();
      for (; from < statements.size() && statements.get(from).sql().equals(sql); from++) {
        tuples.add(Tuple.wrap(new ArrayList<>(statements.get(from).values())));
      }
      answers.add(
          connection.preparedQuery(numbered(sql)).executeBatch(tuples).map(PgDatabase::touched));
    }
    return Future.join(answers)
        .transform(
            all -> {
              // Of a transaction that failed, only the first failure tells why.
              for (Future<Integer> answer : answers) {
                if (answer.failed()) {
                  return connection
                      .query("ROLLBACK")
                      .execute()
                      .transform(done -> Future.<Integer>failedFuture(answer.cause()));
                }
              }
              int touched = answers.stream().mapToInt(Future::result).sum();
              return connection.query("COMMIT").execute().map(touched);
            });
  }

  private static int touched(RowSet<?> first) {
    int touched = 0;
    for (RowSet<?> answer = first; answer != null; answer = answer.next()) {
      touched += answer.rowCount();
    }
    return touched;
  }

  @Override
  public Future<Long> usedBytes(long exactFrom) {
    return look(Statement.of(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relkind = 'r'",
            SCHEMA))
        .compose(
            rows ->
                rows.get(0).number(0) < exactFrom
                    ? Future.succeededFuture(rows.get(0).number(0))
                    : look(Statement.of(Shelves.SIZE)).map(exact -> exact.get(0).number(0)));
  }

  /** The server's own housekeeping uses the room again. */
  @Override
  public Future<Boolean> shrink() {
    return Future.succeededFuture(false);
  }

  @Override
  public Future<Void> close() {
    return closeConnections();
  }

  private Future<Void> closeConnections() {
    Pool pool = readers;
    readers = null;
    PgConnection connection = writer;
    writer = null;
    List<Future<Void>> closed = new ArrayList<>();
    if (pool != null) {
      closed.add(pool.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS));
    }
    if (connection != null) {
      closed.add(connection.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS));
    }
    return Future.join(closed).transform(done -> Future.succeededFuture());
  }

  private String numbered(String sql) {
    return numbered.computeIfAbsent(sql, PgDatabase::number);
  }

  /** Question marks as PostgreSQL has them; none of our texts holds one of its own. */
  static String number(String sql) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '?') {
        text.append('$').append(++count);
      } else {
        text.append(c);
      }
    }
    return text.toString().replace(" WITHOUT ROWID", "");
  }

  private StoreFailure notOpen() {
    return new StoreFailure(Kind.UNAVAILABLE, place + " is not open");
  }

  private <T> Future<T> explained(Throwable failure) {
    if (failure instanceof StoreFailure ours) {
      return Future.failedFuture(ours);
    }
    Kind kind = Kind.UNAVAILABLE;
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof PgException answer) {
      message = answer.getErrorMessage();
      kind = kind(String.valueOf(answer.getSqlState()));
    }
    String password = options.getPassword();
    Function<String, String> masked =
        text -> password == null || password.isEmpty() ? text : text.replace(password, "***");
    return Future.failedFuture(new StoreFailure(kind, place + ": " + masked.apply(message)));
  }

  /** By the classes of PostgreSQL's appendix A. */
  private static Kind kind(String state) {
    if (state.startsWith("22") || state.startsWith("23") || state.startsWith("54")) {
      return Kind.ENTRY;
    }
    return state.startsWith("53") || state.startsWith("40") || state.startsWith("55")
        ? Kind.FULL
        : Kind.UNAVAILABLE;
  }
}
