package dev.why502.app;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the demo's gateway understands of its configuration: prefix locations and the one proxy_pass
 * in each. The diagnosis does not use this; it reads the same file with the real reader.
 */
record DemoRoutes(String serverName, List<Location> locations) {
  /** The file is the demo's own and a few lines long, so that patterns are safe here. */
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "server_name\\s+(?<name>[^\\s;]+);"
              + "|location\\s+(?<prefix>/\\S*)\\s*\\{"
              + "|proxy_pass\\s+http://(?<host>[^:/;]+):(?<port>\\d+)(?<uri>/[^;\\s]*)?;");

  DemoRoutes {
    locations = List.copyOf(locations);
  }

  /**
   * A prefix and where its requests go.
   *
   * @param uri replaces the prefix, as ngx_http_proxy_module does it; null keeps the path whole
   */
  record Location(String prefix, String host, int port, @Nullable String uri) {
    String rewritten(String path) {
      return uri == null ? path : uri + path.substring(prefix.length());
    }
  }

  static DemoRoutes parse(String configuration) {
    String name = "";
    String prefix = "/";
    List<Location> locations = new ArrayList<>();
    Matcher matcher = DIRECTIVE.matcher(configuration);
    while (matcher.find()) {
      String port = matcher.group("port");
      if (matcher.group("name") != null) {
        name = matcher.group("name");
      } else if (matcher.group("prefix") != null) {
        prefix = matcher.group("prefix");
      } else if (port != null) {
        locations.add(
            new Location(
                prefix, matcher.group("host"), Integer.parseInt(port), matcher.group("uri")));
      }
    }
    return new DemoRoutes(name, locations);
  }

  /** The location with the longest prefix of the path, or null. */
  @Nullable Location of(String path) {
    Location longest = null;
    for (Location location : locations) {
      if (path.startsWith(location.prefix())
          && (longest == null || location.prefix().length() > longest.prefix().length())) {
        longest = location;
      }
    }
    return longest;
  }
}
