package dev.why502.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real PM2, from npm. */
final class Pm2 {
  private static final String PACKAGE = "pm2@7.0.4";

  /** Where it is kept between runs. */
  private static final Path KEPT = Path.of("target/pm2").toAbsolutePath();

  private Pm2() {}

  /** Makes it usable in a directory as {@code node_modules/.bin/pm2}; false where it cannot be. */
  static boolean install(Path directory) throws IOException, InterruptedException {
    if (!Said.usable("node", "--version") || !Said.usable("npm", "--version")) {
      return false;
    }
    Path program = KEPT.resolve("node_modules/.bin/pm2");
    if (!Files.exists(program)) {
      Files.createDirectories(KEPT);
      Said said =
          Said.of(
              "npm",
              "install",
              "--prefix",
              KEPT.toString(),
              "--no-audit",
              "--no-fund",
              "--silent",
              PACKAGE);
      if (said.status() != 0 || !Files.exists(program)) {
        System.out.println("PM2 could not be installed: " + said.text());
        return false;
      }
    }
    Files.createSymbolicLink(directory.resolve("node_modules"), KEPT.resolve("node_modules"));
    return true;
  }
}
