package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which file a URL path stands for: Alias, then DocumentRoot. Blocks; belongs on a worker. */
final class ApacheFileMap {
  private static final String DEFAULT_ROOT = "/etc/apache2/htdocs";

  private final ApacheConfig config;
  private final ApacheServer server;

  ApacheFileMap(ApacheConfig config, ApacheServer server) {
    this.config = config;
    this.server = server;
  }

  /**
   * A file.
   *
   * @param by the Alias or DocumentRoot that says so, or null
   */
  record Mapped(String path, @Nullable ApacheDirective by) {}

  Mapped map(ApacheRequest request, @Nullable String rewritten) {
    String uri = rewritten == null ? request.uri : rewritten;
    if (rewritten != null && exists(rewritten)) {
      return new Mapped(rewritten, null);
    }
    List<List<ApacheDirective>> layers = server.layers();
    for (int i = layers.size() - 1; i >= 0 && rewritten == null; i--) {
      for (ApacheDirective each : layers.get(i)) {
        boolean alias = each.is("alias") || each.is("scriptalias");
        int length = alias ? ApacheWorkers.Alias.length(each.arg(0), uri) : 0;
        if (length > 0) {
          return new Mapped(config.absolute(each.arg(1)) + uri.substring(length), each);
        }
      }
    }
    ApacheDirective root = server.find("documentroot");
    String base = root == null ? DEFAULT_ROOT : config.absolute(root.arg(0));
    base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return new Mapped(base + (uri.startsWith("/") ? uri : "/" + uri), root);
  }

  private static boolean exists(String path) {
    try {
      // A rule's result is a path of the disk when its first part is there.
      int slash = path.indexOf('/', 1);
      return path.startsWith("/")
          && Files.exists(Path.of(ByteText.shown(slash < 0 ? path : path.substring(0, slash))));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * What a path leads to instead.
   *
   * @param fallback whether the name is a whole URL path (FallbackResource)
   */
  record Index(String name, boolean fallback) {}

  static @Nullable Index index(String path, List<ApacheSections.Layer> layers) {
    try {
      Path file = Path.of(ByteText.shown(path));
      if (Files.isDirectory(file)) {
        ApacheDirective names = ApacheSections.find(layers, "directoryindex");
        List<String> all = names == null ? List.of("index.html") : names.args();
        for (String name : all) {
          if (!name.startsWith("/") && Files.isRegularFile(file.resolve(ByteText.shown(name)))) {
            return new Index(name, false);
          }
        }
        return null;
      }
      ApacheDirective fallback = ApacheSections.find(layers, "fallbackresource");
      boolean set = fallback != null && fallback.arg(0).startsWith("/");
      return set && fallback != null && !Files.exists(file)
          ? new Index(fallback.arg(0), true)
          : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
