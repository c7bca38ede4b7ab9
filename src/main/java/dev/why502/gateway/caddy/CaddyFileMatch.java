package dev.why502.gateway.caddy;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The file matcher, which looks at the disk as Caddy does
 * (modules/caddyhttp/fileserver/matcher.go). Blocks.
 */
final class CaddyFileMatch {
  private static final int MAX_FILES = 64;

  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;

  CaddyFileMatch(CaddyRequest request, CaddyPlaceholders placeholders) {
    this.request = request;
    this.placeholders = placeholders;
  }

  @Nullable Boolean fits(CaddyNode matcher) {
    String root = placeholders.text(matcher.text("root", "{http.vars.root}"));
    if (root == null || !(root.isEmpty() || root.startsWith("/"))) {
      return null;
    }
    if (root.isEmpty()) {
      // The folder in which Caddy was started.
      return null;
    }
    List<String> files = matcher.texts("try_files");
    if (files.isEmpty()) {
      files = List.of("{http.request.uri.path}");
    }
    String policy = matcher.text("try_policy", "first_exist");
    if (files.size() > MAX_FILES || !policy.startsWith("first_exist")) {
      return null;
    }
    for (int i = 0; i < files.size(); i++) {
      String written = files.get(i);
      if (written.startsWith("=")) {
        request.errorStatus = (int) CaddyUnits.number(written.substring(1), 404);
        return null;
      }
      String file = placeholders.text(written);
      if (file == null || file.indexOf('*') >= 0) {
        return null;
      }
      boolean last = i == files.size() - 1 && policy.equals("first_exist_fallback");
      Boolean exists = exists(root, split(file, matcher.texts("split_path")), file.endsWith("/"));
      if (exists == null && !last) {
        return null;
      }
      if (last || Boolean.TRUE.equals(exists)) {
        String relative = CaddyUri.cleaned("/" + file, true);
        request.found.put("http.matchers.file.relative", relative);
        request.found.put("http.matchers.file.absolute", root + relative);
        return true;
      }
    }
    return false;
  }

  /** Up to the first of the endings: {@code /a.php/more} asks for {@code /a.php}. */
  private static String split(String file, List<String> endings) {
    String lower = file.toLowerCase(Locale.ROOT);
    for (String ending : endings) {
      int at = lower.indexOf(ending.toLowerCase(Locale.ROOT));
      if (at >= 0) {
        return file.substring(0, at + ending.length());
      }
    }
    return file;
  }

  private static @Nullable Boolean exists(String root, String file, boolean folder) {
    try {
      String clean = CaddyUri.cleaned("/" + file, true);
      Path path = Path.of(root + (clean.equals("/") ? "" : clean));
      if (!Files.exists(path)) {
        return Files.notExists(path) ? Boolean.FALSE : null;
      }
      return Files.isDirectory(path) == folder;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
