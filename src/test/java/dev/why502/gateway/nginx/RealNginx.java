package dev.why502.gateway.nginx;

import dev.why502.gateway.RealGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The nginx of this machine, started on a configuration of ours. */
final class RealNginx extends RealGateway {
  private RealNginx(Process process) {
    super(process);
  }

  /** Skips the test aloud where nginx is missing, unless gateways are required. */
  static void require() {
    require("nginx", runs("nginx", "-v"));
  }

  /** {@code nginx -t}. */
  static Said test(Path directory) {
    return run(
        List.of("nginx", "-t", "-p", directory.toString(), "-c", directory + "/nginx.conf"),
        directory);
  }

  /** Listening as soon as it is here; the configuration's pid file must be "pid" beside it. */
  static RealNginx start(Path directory) throws IOException, InterruptedException {
    Path pid = directory.resolve("pid");
    Files.deleteIfExists(pid);
    Process process =
        new ProcessBuilder(
                "nginx",
                "-p",
                directory.toString(),
                "-c",
                directory + "/nginx.conf",
                "-g",
                "daemon off; master_process off;")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    for (int i = 0; i < 5000; i++) {
      // Written once its sockets listen.
      if (Files.exists(pid)) {
        return new RealNginx(process);
      }
      if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroy();
    throw new AssertionError("nginx did not start: " + Files.readString(directory.resolve("out")));
  }
}
