package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where nginx would look for a file, and whether it is there. Blocks; belongs on a worker. */
final class NginxDisk {
  private NginxDisk() {}

  /** What is at a path. */
  enum Found {
    FILE,
    DIRECTORY,
    NOTHING,
    UNKNOWN
  }

  /** The root or alias of a level when it is absolute and without variables, else null. */
  static @Nullable String root(NginxScope scope) {
    NginxDirective directive = rootDirective(scope);
    String value = directive == null ? "" : directive.arg(0);
    return value.startsWith("/") && value.indexOf('$') < 0 ? value : null;
  }

  private static @Nullable NginxDirective rootDirective(NginxScope scope) {
    for (NginxScope each = scope; each != null; each = each.outer()) {
      for (String name : new String[] {"alias", "root"}) {
        if (!each.own(name).isEmpty()) {
          return each.own(name).get(0);
        }
      }
    }
    return null;
  }

  /** The file that a URI stands for (ngx_http_map_uri_to_path), or null when not known. */
  static @Nullable String file(NginxScope scope, String uri) {
    String root = root(scope);
    NginxDirective directive = rootDirective(scope);
    if (root == null || directive == null) {
      return null;
    }
    if (!directive.name().equals("alias")) {
      return (root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + uri;
    }
    NginxLocation.Parts parts = NginxLocation.parts(scope.handler().directive());
    if (parts == null || parts.match() == NginxLocation.Match.REGEX) {
      return parts == null ? null : root;
    }
    return uri.startsWith(parts.name()) ? root + uri.substring(parts.name().length()) : root + uri;
  }

  static Found look(@Nullable String path) {
    if (path == null || path.indexOf('\0') >= 0) {
      return Found.UNKNOWN;
    }
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(Path.of(ByteText.shown(path)), BasicFileAttributes.class);
      return attributes.isDirectory() ? Found.DIRECTORY : Found.FILE;
    } catch (NoSuchFileException e) {
      return Found.NOTHING;
    } catch (FileSystemException e) {
      return "Not a directory".equals(e.getReason()) ? Found.NOTHING : Found.UNKNOWN;
    } catch (IOException | InvalidPathException e) {
      return Found.UNKNOWN;
    }
  }
}
