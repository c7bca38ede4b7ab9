package dev.why502.store;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir Path directory;

  @Override
  void empty() {}

  @Override
  Database database(String node, Consumer<String> tell) {
    return new SqliteDatabase(vertxOf(), directory.resolve("data"), () -> T0, tell);
  }
}
