package dev.why502.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class PgStoreTest extends StoreContract {
  private StoreLocation location = StoreLocation.at("postgresql://nobody@127.0.0.1/none");

  @Override
  @BeforeEach
  void empty() throws Exception {
    location = StoreLocation.at(RealPostgres.require().uri());
    anew();
  }

  @Override
  int stride() {
    return 5;
  }

  @Override
  void anew() throws Exception {
    PgConnection connection = await(PgConnection.connect(vertxOf(), server()));
    await(
        connection
            .query("SET client_min_messages = warning; DROP SCHEMA IF EXISTS why502 CASCADE")
            .execute());
    await(connection.close());
  }

  private io.vertx.pgclient.PgConnectOptions server() {
    return Objects.requireNonNull(location.server());
  }

  @Override
  Database database(String node, Consumer<String> tell) {
    return new PgDatabase(vertxOf(), location, server(), node);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void lostConnectionsAreMadeAnew() throws Exception {
    // Given
    Heard heard = new Heard();
    Journal journal = journal(QUICK, NODE, heard, tell -> database(NODE, tell));
    List<Future<Void>> added = new ArrayList<>();
    await(journal.load());
    PgConnection admin = await(PgConnection.connect(vertxOf(), server()));

    // When: all of ours are cut, again and again
    for (int i = 0; i < 100; i++) {
      added.add(journal.add(verdict("shop", i, "down")));
      if (i % 20 == 10) {
        await(
            admin
                .query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'why502 %'")
                .execute());
      }
    }
    await(Future.all(added));
    await(admin.close());

    // Then
    until(() -> !journal.failing());
    Page<Entry.VerdictChange> all =
        await(journal.archive().verdictChanges(null, null, null, Paging.first(200)));
    assertEquals(100, all.rows().size());
    assertTrue(journal.errors() > 0);
    assertEquals(0, journal.dropped());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void nodesShareADatabase() throws Exception {
    // Given
    Journal one = journal(QUICK, "web-1", StoreListener.NONE, tell -> database("web-1", tell));
    Journal two = journal(QUICK, "web-2", StoreListener.NONE, tell -> database("web-2", tell));

    // When
    addAll(one, verdict("shop", 1, "down"), incident("i1", 2, "opened"));
    addAll(
        two,
        verdict("shop", 1, "up"),
        incident("i2", 2, "opened"),
        minute("shop", T0, "p", 6, 0, 1));

    // Then
    assertEquals("down", standing(one));
    assertEquals("up", standing(two));
    assertEquals("i1", await(one.archive().memory()).incidents().get(0).id());
    assertEquals(1, await(two.archive().memory()).incidents().size());
    assertTrue(await(one.archive().incident("i2")).isEmpty());
  }

  private static String standing(Journal journal) throws Exception {
    return Objects.requireNonNull(await(journal.archive().memory()).verdicts().get("shop")).state();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void passwordIsInNoMessage() throws Exception {
    // Given
    String secret = "hunter2-and-more";
    RealPostgres running = RealPostgres.require();
    List<String> uris =
        List.of(
            "postgresql://why502:" + secret + "@127.0.0.1:" + running.port() + "/postgres",
            "postgresql://" + secret + ":" + secret + "@127.0.0.1:1/" + "none");
    for (String uri : uris) {
      StoreLocation wrong = StoreLocation.at(uri);
      Database database =
          new PgDatabase(vertxOf(), wrong, Objects.requireNonNull(wrong.server()), NODE);

      // When
      StoreFailure failure = failure(database.open());

      // Then
      assertEquals(StoreFailure.Kind.UNAVAILABLE, failure.kind());
      assertFalse(said(failure).contains(secret), failure::getMessage);
      assertFalse(wrong.toString().contains(secret), wrong::toString);
    }
    for (String uri :
        List.of(
            "mysql://u:" + secret + "@h/db",
            "postgresql://u:" + secret + "@h",
            "postgresql://u:" + secret + "@h:port/db",
            "postgresql://u:" + secret + "@h/db?sslmode=no")) {
      String said = said(assertThrows(IllegalArgumentException.class, () -> StoreLocation.at(uri)));
      assertFalse(said.contains(secret), said);
    }
  }
}
