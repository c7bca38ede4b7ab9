package dev.why502.matrix;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A network, names and processes of our own for the whole matrix: what is dropped, renamed, killed
 * or left behind there reaches nobody else, and goes when the sandbox goes.
 */
final class Sandbox {
  static final List<String> DRY_RUN =
      List.of("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "true");

  private Sandbox() {}

  /** The command that runs a class of the test's class path inside. */
  static List<String> command(Path directory, Class<?> main, List<String> arguments)
      throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        directory.resolve("hosts"),
        "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 shop.example www.shop.example\n");
    Files.writeString(
        directory.resolve("resolv.conf"), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
    Files.writeString(
        directory.resolve("enter"),
        """
        set -e
        here=$1; shift
        ip link set lo up
        mount --bind "$here/hosts" /etc/hosts
        mount --bind "$here/resolv.conf" /etc/resolv.conf
        for place in /etc/nginx /etc/haproxy /etc/apache2 /etc/caddy; do
          if [ -d "$place" ]; then mount -t tmpfs none "$place"; fi
        done
        export HOME=$here PM2_HOME=$here/pm2 PATH=$here/node_modules/.bin:$PATH
        "$@"
        """);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Files.writeString(
        directory.resolve("java"),
        "-Xmx384m -XX:TieredStopAtLevel=1 -Djava.util.logging.config.file= -cp \""
            + classPath
            + "\" "
            + main.getName()
            + " "
            + String.join(" ", arguments));
    return List.of(
        "unshare",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "bash",
        directory.resolve("enter").toString(),
        directory.toString(),
        System.getProperty("java.home") + File.separator + "bin/java",
        "@" + directory.resolve("java"));
  }
}
