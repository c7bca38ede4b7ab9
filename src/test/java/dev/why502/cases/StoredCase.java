package dev.why502.cases;

import dev.why502.bus.CaseRead;
import dev.why502.bus.Json;
import dev.why502.evidence.Case;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One folder of {@code src/test/resources/cases}: what was seen, and what must be made of it.
 *
 * @param name "gateway-wrong-port/in-an-include"
 */
public record StoredCase(String name, Path file, String text, Case given, JsonObject expected) {
  static final Path ROOT = Path.of("src/test/resources/cases");

  /** Every folder, in the order of the names. */
  public static List<StoredCase> all() {
    try (Stream<Path> files = Files.walk(ROOT, 3)) {
      return files
          .filter(file -> file.endsWith("case.json"))
          .sorted()
          .map(StoredCase::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of this name. */
  public static StoredCase of(String name) {
    return read(ROOT.resolve(name).resolve("case.json"));
  }

  private static StoredCase read(Path file) {
    try {
      String text = Files.readString(file);
      CaseRead read = Json.readCase(text);
      Case given = read.read();
      if (given == null) {
        throw new AssertionError(file + " " + read.pointer() + ": " + read.problem());
      }
      Path folder = file.getParent();
      String expected = Files.readString(folder.resolve("expected.json"));
      return new StoredCase(
          ROOT.relativize(folder).toString().replace('\\', '/'),
          file,
          text,
          given,
          new JsonObject(expected));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Code of the cause by which the folder is filed. */
  String cause() {
    return name.substring(0, name.indexOf('/'));
  }

  @Override
  public String toString() {
    return name;
  }
}
