package dev.why502.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir Path root = Path.of("");
  private Path directory = root;

  @Override
  @BeforeEach
  void empty() throws IOException {
    anew();
  }

  @Override
  void anew() throws IOException {
    directory = Files.createTempDirectory(root, "store");
  }

  @Override
  Database database(String node, Consumer<String> tell) {
    return new SqliteDatabase(vertxOf(), directory.resolve("data"), () -> T0, tell);
  }
}
