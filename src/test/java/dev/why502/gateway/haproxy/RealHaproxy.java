package dev.why502.gateway.haproxy;

import dev.why502.gateway.RealGateway;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The HAProxy of this machine, started on a configuration of ours. */
final class RealHaproxy extends RealGateway {
  private final Path out;

  private RealHaproxy(Process process, Path out) {
    super(process);
    this.out = out;
  }

  /** Skips the test aloud where HAProxy is missing, unless gateways are required. */
  static void require() {
    require("haproxy", runs("haproxy", "-v"));
  }

  /** {@code haproxy -c}. */
  static Said check(Path config) {
    return run(List.of("haproxy", "-c", "-f", config.toString()), Path.of("/"));
  }

  static RealHaproxy start(Path config, int port) throws IOException, InterruptedException {
    return start(List.of("haproxy", "-db", "-f", config.toString()), config, port);
  }

  static RealHaproxy start(List<String> command, Path config, int port)
      throws IOException, InterruptedException {
    Path out = config.resolveSibling("out");
    return new RealHaproxy(listening(new ProcessBuilder(command), out, port), out);
  }

  /** What it has written so far, its log where that goes to standard output. */
  String said() throws IOException {
    return Files.readString(out, StandardCharsets.ISO_8859_1);
  }

  /** Closed without an answer is none. */
  public static Reply ask(int port, String method, String path, String headers) throws IOException {
    try {
      return RealGateway.ask(port, method, path, headers);
    } catch (SocketException e) {
      return Reply.NONE;
    }
  }
}
