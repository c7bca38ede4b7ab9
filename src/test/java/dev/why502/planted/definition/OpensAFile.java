package dev.why502.planted.definition;

import java.nio.file.Files;
import java.nio.file.Path;

/** Planted. */
public final class OpensAFile {
  private OpensAFile() {}

  static boolean there() {
    return Files.exists(Path.of("x"));
  }
}
