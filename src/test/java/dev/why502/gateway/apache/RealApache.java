package dev.why502.gateway.apache;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

/** The httpd of this machine, started on a configuration of ours. */
final class RealApache extends RealGateway {
  private static final String MODULES = "/usr/lib/apache2/modules/";

  static final List<String> USUAL =
      List.of(
          "mpm_event",
          "authz_core",
          "authz_host",
          "authn_core",
          "access_compat",
          "auth_basic",
          "authn_file",
          "authz_user",
          "proxy",
          "proxy_http",
          "proxy_fcgi",
          "proxy_wstunnel",
          "slotmem_shm",
          "proxy_balancer",
          "lbmethod_byrequests",
          "rewrite",
          "headers",
          "alias",
          "dir",
          "setenvif",
          "socache_shmcb",
          "ssl",
          "macro");

  final Path directory;
  final int port;

  private RealApache(Process process, Path directory, int port) {
    super(process);
    this.directory = directory;
    this.port = port;
  }

  /** Skips the test aloud where httpd is missing, unless gateways are required. */
  static void require() {
    require("apache2", Files.isExecutable(Path.of("/usr/sbin/apache2")));
  }

  /** Modules and what httpd wants besides. */
  static String head(Path directory, int port, List<String> modules) {
    StringBuilder text = new StringBuilder();
    for (String each : modules) {
      text.append("LoadModule ").append(each).append("_module ");
      text.append(MODULES).append("mod_").append(each).append(".so\n");
    }
    return text
        + "ServerRoot "
        + directory
        + "\nServerName main.test\nDefaultRuntimeDir "
        + directory
        + "\nPidFile "
        + directory
        + "/pid\nMutex pthread\nErrorLog "
        + directory
        + "/error.log\nListen 127.0.0.1:"
        + port
        + "\nDocumentRoot "
        + directory
        + "/www\nUser www-data\nGroup www-data\nStartServers 1\nThreadsPerChild 5\n"
        + "MinSpareThreads 5\nMaxSpareThreads 10\nMaxRequestWorkers 10\n"
        + "SSLSessionCache none\n";
  }

  static Path write(Path directory, String text) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("www/dir"));
    Files.writeString(directory.resolve("www/file.txt"), "file");
    Files.writeString(directory.resolve("www/dir/index.html"), "index");
    return Files.writeString(directory.resolve("apache2.conf"), text);
  }

  static RealApache start(Path directory, int port, String text)
      throws IOException, InterruptedException {
    Path config = write(directory, text);
    ProcessBuilder program = new ProcessBuilder("apache2", "-f", config.toString(), "-DFOREGROUND");
    return new RealApache(listening(program, directory.resolve("out"), port), directory, port);
  }

  /** {@code apache2 -t}: what it says, empty when it takes the configuration. */
  static String test(Path config) {
    Said said = run(List.of("apache2", "-t", "-f", config.toString()), Path.of("/"));
    return said.status() == 0 ? "" : said.text();
  }

  static Gateway gateway(Path config) {
    return new Gateway("gw", Gateway.Kind.APACHE, config.toString(), null, null, null);
  }

  static Target target(String host, int port, String path) {
    return new Target(
        Scheme.HTTP, Endpoint.of(host, port), path, "http://" + host + ":" + port + path);
  }

  static Future<Resolution> resolve(String name) {
    boolean known = name.equals("localhost");
    return Future.succeededFuture(
        new Resolution(
            name,
            Instant.EPOCH,
            "table",
            known ? List.of("127.0.0.1") : List.of(),
            known ? null : "NXDOMAIN"));
  }
}
