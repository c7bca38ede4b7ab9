package dev.why502.web;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scripts of several files as one: for the page whose files are refused, since the browser that
 * asks for them has no token yet. It knows the two lines that our own files use, and no more.
 */
final class Bundle {
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (\\{[^}]*}) from \"(/\\w+\\.js)\";$");
  private static final Pattern EXPORT =
      Pattern.compile("(?m)^export ((?:async )?(?:function|class|const|let) (\\w+))");

  private Bundle() {}

  /**
   * Each file in a scope of its own.
   *
   * @param order paths of the files, each after those that it imports
   */
  static String of(List<String> order, Map<String, String> files) {
    StringBuilder whole = new StringBuilder("const modules = {};\n");
    for (String path : order) {
      String file = files.get(path);
      if (file == null) {
        throw new IllegalStateException(path + " is not among the page's files");
      }
      Matcher exported = EXPORT.matcher(file);
      StringBuilder names = new StringBuilder();
      while (exported.find()) {
        names.append(exported.group(2)).append(", ");
      }
      String body = EXPORT.matcher(file).replaceAll("$1");
      body = IMPORT.matcher(body).replaceAll("const $1 = modules[\"$2\"];");
      whole
          .append("modules[\"")
          .append(path)
          .append("\"] = (() => {\n")
          .append(body)
          .append("\nreturn { ")
          .append(names)
          .append("};\n})();\n");
    }
    return whole.toString();
  }
}
