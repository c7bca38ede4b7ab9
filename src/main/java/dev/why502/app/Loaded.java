package dev.why502.app;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Problem;
import dev.why502.conf.Reading;
import dev.why502.definition.Definitions;
import dev.why502.terminal.SafeText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Definitions as a command gets them from a file. */
final class Loaded {
  private Loaded() {}

  /** The definitions of a file, or null after every fault was printed to standard error. */
  static @Nullable Definitions file(Path file) {
    Reading reading = new DefinitionsReader(System::getenv).read(file);
    for (String warning : reading.warnings()) {
      System.err.println("why502: warning: " + SafeText.line(file + ": " + warning));
    }
    for (Problem problem : reading.problems()) {
      System.err.println("why502: " + SafeText.line(file + ": " + problem));
    }
    return reading.definitions();
  }
}
