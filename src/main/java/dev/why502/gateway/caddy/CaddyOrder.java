package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In which order directives are run (caddyconfig/httpcaddyfile/directives.go). */
final class CaddyOrder {
  static final List<String> DEFAULT =
      List.of(
          "tracing",
          "map",
          "vars",
          "fs",
          "root",
          "log_append",
          "skip_log",
          "log_skip",
          "log_name",
          "header",
          "copy_response_headers",
          "request_body",
          "redir",
          "method",
          "rewrite",
          "uri",
          "try_files",
          "basicauth",
          "basic_auth",
          "forward_auth",
          "request_header",
          "encode",
          "push",
          "intercept",
          "templates",
          "invoke",
          "handle",
          "handle_path",
          "route",
          "abort",
          "error",
          "copy_response",
          "respond",
          "metrics",
          "reverse_proxy",
          "php_fastcgi",
          "file_server",
          "acme_server");

  /** Directives that are no handlers. */
  static final Set<String> SETTINGS = Set.of("bind", "tls", "log", "handle_errors", "import");

  private CaddyOrder() {}

  /** A known name that differs in one or two letters: a slip of the pen. */
  static @Nullable String nearest(String name, Collection<String> known) {
    for (String each : known) {
      if (name.length() > 3 && distance(name, each) <= (name.length() > 6 ? 2 : 1)) {
        return each;
      }
    }
    return null;
  }

  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 2) {
      return 3;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + same);
        diagonal = row[j];
        row[j] = next;
      }
    }
    return row[b.length()];
  }

  /**
   * Sorts as Go's stable insertion sort does: the comparison is not transitive, so that the way of
   * sorting shows in the result.
   */
  static void sort(List<CaddyValue> values, List<String> order) {
    for (int i = 1; i < values.size(); i++) {
      for (int j = i; j > 0 && less(values.get(j), values.get(j - 1), order); j--) {
        CaddyValue moved = values.get(j);
        values.set(j, values.get(j - 1));
        values.set(j - 1, moved);
      }
    }
  }

  private static boolean less(CaddyValue a, CaddyValue b, List<String> order) {
    if (!a.directive().equals(b.directive())) {
      return order.indexOf(a.directive()) < order.indexOf(b.directive());
    }
    if (a.together() || b.together()) {
      return false;
    }
    List<String> mine = paths(a);
    List<String> theirs = paths(b);
    boolean vars = a.directive().equals("vars");
    if (mine.size() == 1 && theirs.size() == 1) {
      String p = mine.get(0);
      String q = theirs.get(0);
      boolean first =
          withoutStar(p).equals(withoutStar(q)) ? p.length() < q.length() : p.length() > q.length();
      return vars ? p.length() < q.length() : first;
    }
    boolean mineMatched = !a.route().nodes("match").isEmpty();
    boolean theirsMatched = !b.route().nodes("match").isEmpty();
    return vars ? !mineMatched && theirsMatched : mineMatched && !theirsMatched;
  }

  private static String withoutStar(String path) {
    return path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
  }

  private static List<String> paths(CaddyValue value) {
    List<CaddyNode> sets = value.route().nodes("match");
    List<String> paths = sets.size() == 1 ? sets.get(0).texts("path") : new ArrayList<>();
    return paths.size() == 1 && !paths.get(0).isEmpty() ? paths : List.of();
  }
}
