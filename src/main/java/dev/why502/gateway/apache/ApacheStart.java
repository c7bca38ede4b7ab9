package dev.why502.gateway.apache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What httpd is started with, as far as it shows from where its configuration lies: Debian keeps
 * its variables in {@code envvars} beside it. Blocks; belongs on a worker.
 *
 * @param config absolute
 * @param serverRoot what paths are relative to until ServerRoot says otherwise
 * @param defines variables that {@code ${NAME}} may name
 */
record ApacheStart(String config, String serverRoot, Map<String, String> defines) {
  private static final String DEBIAN = "/etc/apache2/apache2.conf";
  private static final String RED_HAT = "/etc/httpd/conf/httpd.conf";
  private static final String SOURCE = "/usr/local/apache2/conf/httpd.conf";
  private static final int MAX_BYTES = 64 * 1024;

  /** Where distributions put it: the first one that is there. */
  static String standardConfig() {
    for (String path : new String[] {DEBIAN, RED_HAT, SOURCE}) {
      if (Files.exists(Path.of(path))) {
        return path;
      }
    }
    return DEBIAN;
  }

  static ApacheStart of(String config) {
    Path path = Path.of(config);
    Path directory = path.getParent();
    String root = "/etc/apache2";
    Path name = directory == null ? null : directory.getFileName();
    if (directory != null && path.endsWith("apache2.conf")) {
      root = directory.toString();
    } else if (directory != null && name != null && name.toString().equals("conf")) {
      Path above = directory.getParent();
      root = above == null ? root : above.toString();
    } else if (!Files.exists(Path.of(root)) && Files.exists(Path.of("/etc/httpd"))) {
      root = "/etc/httpd";
    }
    Map<String, String> defines = new LinkedHashMap<>();
    for (String at : new String[] {root + "/envvars", "/etc/apache2/envvars"}) {
      if (defines.isEmpty()) {
        variables(Path.of(at), defines);
      }
    }
    return new ApacheStart(config, root, defines);
  }

  /** {@code export NAME=value} lines; the shell's own logic in it is not followed. */
  private static void variables(Path file, Map<String, String> into) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return;
    }
    for (String line : text.split("\n")) {
      String plain = line.strip();
      int equals = plain.indexOf('=');
      if (!plain.startsWith("export ") || equals < 0) {
        continue;
      }
      String value = value(plain.substring(equals + 1));
      if (value != null) {
        into.put(plain.substring(7, equals).strip(), value);
      }
    }
  }

  private static @Nullable String value(String written) {
    String value = written.replace("\"", "").replace("'", "");
    // Debian's suffix of a second instance; empty for the first.
    value = value.replace("$SUFFIX", "").replace("${SUFFIX}", "");
    return value.indexOf('$') >= 0 || value.indexOf('`') >= 0 ? null : value;
  }
}
