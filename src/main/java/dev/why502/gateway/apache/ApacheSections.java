package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Glob;
import dev.why502.gateway.Pcre;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directives that hold for a request, in layers: a later one overrides an earlier one. What
 * ap_directory_walk, ap_file_walk and ap_location_walk merge.
 */
final class ApacheSections {
  /**
   * One layer.
   *
   * @param section null for what stands in the server itself
   */
  record Layer(@Nullable ApacheDirective section, List<ApacheDirective> directives) {}

  private final ApacheServer server;
  private final RouteDraft draft;
  private final List<Layer> base = new ArrayList<>();

  ApacheSections(ApacheServer server, RouteDraft draft) {
    this.server = server;
    this.draft = draft;
    for (List<ApacheDirective> each : server.layers()) {
      base.add(new Layer(null, each));
    }
  }

  /** What stands in the server itself. */
  List<Layer> base() {
    return List.copyOf(base);
  }

  /** The Location sections that take a path, in their order. */
  List<Layer> locations(String uri) {
    List<Layer> found = new ArrayList<>();
    for (List<ApacheDirective> layer : server.layers()) {
      for (ApacheDirective each : layer) {
        boolean regex =
            each.is("locationmatch") || (each.is("location") && each.arg(0).equals("~"));
        if ((each.is("location") || regex) && takesUrl(each, regex, uri)) {
          found.add(new Layer(each, each.children()));
        }
      }
    }
    return found;
  }

  private boolean takesUrl(ApacheDirective section, boolean regex, String uri) {
    String pattern = section.arg(section.arg(0).equals("~") ? 1 : 0);
    if (regex) {
      return matches(section, pattern, uri);
    }
    if (Glob.wild(pattern)) {
      return Glob.path(pattern, uri);
    }
    return under(pattern, uri);
  }

  /** Whether a path is the one given or lies below it. */
  static boolean under(String prefix, String path) {
    return path.startsWith(prefix)
        && (prefix.isEmpty()
            || prefix.endsWith("/")
            || path.length() == prefix.length()
            || path.charAt(prefix.length()) == '/');
  }

  private boolean matches(ApacheDirective section, String pattern, String text) {
    Pcre.Result result = Pcre.of(pattern, false).find(text);
    if (!result.known()) {
      draft.unknown(
          "the pattern of " + section.text() + " (" + section.where() + ") could not be followed");
    }
    return result.match() != null;
  }

  /** The Proxy sections that take a URL that is passed to. */
  List<Layer> proxies(String url) {
    List<Layer> found = new ArrayList<>();
    for (List<ApacheDirective> layer : server.layers()) {
      for (ApacheDirective each : layer) {
        boolean regex = each.is("proxymatch") || (each.is("proxy") && each.arg(0).equals("~"));
        String pattern = each.arg(each.arg(0).equals("~") ? 1 : 0);
        boolean takes =
            regex
                ? matches(each, pattern, url)
                : each.is("proxy")
                    && (pattern.equals("*")
                        || (Glob.wild(pattern)
                            ? Glob.like(pattern, url)
                            : ByteText.lower(url).startsWith(ByteText.lower(pattern))));
        if (takes) {
          found.add(new Layer(each, each.children()));
        }
      }
    }
    return found;
  }

  /**
   * The Directory sections above a file, the shortest first, then those of patterns, then Files.
   */
  List<Layer> files(String path) {
    List<Layer> plain = new ArrayList<>();
    List<Layer> patterns = new ArrayList<>();
    List<Layer> files = new ArrayList<>();
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (List<ApacheDirective> layer : server.layers()) {
      for (ApacheDirective each : layer) {
        if (each.is("directory") || each.is("directorymatch")) {
          directory(each, path, plain, patterns);
        }
        named(each, name, files);
      }
    }
    plain.sort((a, b) -> Integer.compare(depth(a), depth(b)));
    List<Layer> all = new ArrayList<>(plain);
    all.addAll(patterns);
    for (Layer each : List.copyOf(all)) {
      for (ApacheDirective inside : each.directives()) {
        named(inside, name, files);
      }
    }
    all.addAll(files);
    return all;
  }

  private void directory(
      ApacheDirective each, String path, List<Layer> plain, List<Layer> patterns) {
    boolean regex = each.is("directorymatch") || each.arg(0).equals("~");
    String pattern = each.arg(each.arg(0).equals("~") ? 1 : 0);
    if (regex) {
      if (matches(each, pattern, path)) {
        patterns.add(new Layer(each, each.children()));
      }
      return;
    }
    boolean takes = false;
    if (Glob.wild(pattern)) {
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        takes |= Glob.path(pattern, path.substring(0, slash));
      }
    } else {
      takes = under(pattern, path);
    }
    if (takes) {
      plain.add(new Layer(each, each.children()));
    }
  }

  private static int depth(Layer layer) {
    ApacheDirective section = layer.section();
    String path = section == null ? "" : section.arg(0);
    return (int) path.chars().filter(c -> c == '/').count()
        - (path.endsWith("/") && path.length() > 1 ? 1 : 0)
        - (path.equals("/") ? 1 : 0);
  }

  private void named(ApacheDirective each, String name, List<Layer> files) {
    boolean regex = each.is("filesmatch") || (each.is("files") && each.arg(0).equals("~"));
    String pattern = each.arg(each.arg(0).equals("~") ? 1 : 0);
    if (regex ? matches(each, pattern, name) : each.is("files") && Glob.like(pattern, name)) {
      files.add(new Layer(each, each.children()));
    }
  }

  /** The directive of a name that holds, or null. */
  static @Nullable ApacheDirective find(List<Layer> layers, String... names) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      List<ApacheDirective> directives = layers.get(i).directives();
      for (int j = directives.size() - 1; j >= 0; j--) {
        for (String name : names) {
          if (directives.get(j).is(name)) {
            return directives.get(j);
          }
        }
      }
    }
    return null;
  }

  static boolean on(List<Layer> layers, String name, boolean otherwise) {
    ApacheDirective found = find(layers, name);
    return found == null ? otherwise : found.arg(0).equalsIgnoreCase("on");
  }
}
