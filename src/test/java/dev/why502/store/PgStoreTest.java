package dev.why502.store;

import io.vertx.pgclient.PgConnection;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

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
    return 3;
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
}
