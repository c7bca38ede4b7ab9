package dev.why502.store;

import dev.why502.store.StoreFailure.Kind;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables: one file of statements for each version, which leads on from the one before. */
final class Schema {
  static final int VERSION = 2;

  private static final String TABLE =
      "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, PRIMARY KEY (version))";

  private Schema() {}

  /** Brings a store of any earlier version to the present one, each step in one transaction. */
  static Future<Void> bringUp(Database database) {
    return database
        .write(List.of(Statement.of(TABLE)))
        .compose(
            made ->
                database.look(Statement.of("SELECT coalesce(max(version), 0) FROM schema_version")))
        .compose(rows -> from(database, rows.get(0).number(0)));
  }

  private static Future<Void> from(Database database, long version) {
    if (version > VERSION) {
      return Future.failedFuture(
          new StoreFailure(
              Kind.REFUSED,
              "the store was written by a newer why502 (its version is "
                  + version
                  + ", this one knows "
                  + VERSION
                  + "): run that one, or give another --data"));
    }
    Future<Void> done = Future.succeededFuture();
    for (int next = (int) version + 1; next <= VERSION; next++) {
      int step = next;
      done = done.compose(before -> database.write(statements(step)).mapEmpty());
    }
    return done;
  }

  /** What leads to a version, its mark included. */
  static List<Statement> statements(int version) {
    List<Statement> statements = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    text(version).lines().filter(line -> !line.startsWith("--")).forEach(text::append);
    for (String sql : text.toString().split(";")) {
      if (!sql.isBlank()) {
        statements.add(Statement.of(sql.strip()));
      }
    }
    statements.add(Statement.of("INSERT INTO schema_version (version) VALUES (?)", (long) version));
    return statements;
  }

  private static String text(int version) {
    String name = String.format(Locale.ROOT, "%03d.sql", version);
    try (InputStream resource = Schema.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new AssertionError(name + " is missing");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
