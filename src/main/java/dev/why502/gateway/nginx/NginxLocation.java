package dev.why502.gateway.nginx;

import dev.why502.gateway.Pcre;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A location, or the server block itself as the root of its locations. */
final class NginxLocation {
  /** How a URI is held against it. */
  enum Match {
    SERVER,
    PREFIX,
    EXACT,
    REGEX,
    NAMED
  }

  private final Match match;
  private final boolean noRegex;
  private final String name;
  private final @Nullable Pcre regex;
  private final NginxScope scope;
  private final List<NginxLocation> prefixes = new ArrayList<>();
  private final Map<String, NginxLocation> exact = new HashMap<>();
  private final List<NginxLocation> regexes = new ArrayList<>();
  private final List<NginxLocation> all = new ArrayList<>();

  private NginxLocation(
      Match match, boolean noRegex, String name, @Nullable Pcre regex, NginxScope scope) {
    this.match = match;
    this.noRegex = noRegex;
    this.name = name;
    this.regex = regex;
    this.scope = scope;
  }

  /** The locations of a server block; the named ones are put into {@code named}. */
  static NginxLocation root(NginxScope server, Map<String, NginxLocation> named) {
    NginxLocation root = new NginxLocation(Match.SERVER, false, "", null, server);
    root.fill(named);
    return root;
  }

  private void fill(Map<String, NginxLocation> named) {
    for (NginxDirective directive : scope.own("location")) {
      NginxLocation location = of(directive, scope);
      if (location == null) {
        continue;
      }
      all.add(location);
      switch (location.match) {
        case NAMED -> named.putIfAbsent(location.name, location);
        case REGEX -> regexes.add(location);
        case EXACT -> exact.putIfAbsent(location.name, location);
        case PREFIX, SERVER -> prefixes.add(location);
      }
      location.fill(named);
    }
  }

  private static @Nullable NginxLocation of(NginxDirective directive, NginxScope outer) {
    Parts parts = parts(directive);
    if (parts == null) {
      return null;
    }
    NginxScope scope =
        new NginxScope(NginxScope.Kind.LOCATION, outer, directive, directive.children());
    Pcre regex = parts.match == Match.REGEX ? Pcre.of(parts.name, parts.ignoreCase) : null;
    return new NginxLocation(parts.match, parts.noRegex, parts.name, regex, scope);
  }

  /** What a location directive's arguments say. */
  record Parts(Match match, String name, boolean noRegex, boolean ignoreCase) {}

  /** Null when nginx would refuse them. */
  static @Nullable Parts parts(NginxDirective directive) {
    List<String> args = directive.args();
    if (args.size() == 2) {
      String name = args.get(1);
      return switch (args.get(0)) {
        case "=" -> new Parts(Match.EXACT, name, false, false);
        case "^~" -> new Parts(Match.PREFIX, name, true, false);
        case "~" -> new Parts(Match.REGEX, name, false, false);
        case "~*" -> new Parts(Match.REGEX, name, false, true);
        default -> null;
      };
    }
    if (args.size() != 1) {
      return null;
    }
    String name = args.get(0);
    if (name.startsWith("=")) {
      return new Parts(Match.EXACT, name.substring(1), false, false);
    }
    if (name.startsWith("^~")) {
      return new Parts(Match.PREFIX, name.substring(2), true, false);
    }
    if (name.startsWith("~*")) {
      return new Parts(Match.REGEX, name.substring(2), false, true);
    }
    if (name.startsWith("~")) {
      return new Parts(Match.REGEX, name.substring(1), false, false);
    }
    return new Parts(name.startsWith("@") ? Match.NAMED : Match.PREFIX, name, false, false);
  }

  Match match() {
    return match;
  }

  String name() {
    return name;
  }

  NginxScope scope() {
    return scope;
  }

  /** Every location directly inside, in their order. */
  List<NginxLocation> inside() {
    return all;
  }

  /** Whether a request that lacks the name's last slash is sent there with 301. */
  private boolean autoRedirect() {
    if (!name.endsWith("/")) {
      return false;
    }
    for (String pass : NginxPass.DIRECTIVES) {
      if (!scope.own(pass).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a URI leads to.
   *
   * @param location the innermost one
   * @param redirect whether nginx answers 301 with a slash added
   * @param captures of a regex location, or null
   * @param undecided a regex location whose pattern could not be followed, or null
   */
  record Found(
      NginxLocation location,
      boolean redirect,
      Pcre.@Nullable Match captures,
      @Nullable NginxLocation undecided) {}

  /** As ngx_http_core_find_location does it. */
  Found find(String uri) {
    Search search = new Search(uri, this);
    search.find(this);
    return new Found(search.location, search.redirect, search.captures, search.undecided);
  }

  private static final class Search {
    private final String uri;
    private NginxLocation location;
    private boolean redirect;
    private Pcre.@Nullable Match captures;
    private @Nullable NginxLocation undecided;

    Search(String uri, NginxLocation root) {
      this.uri = uri;
      this.location = root;
    }

    /** True when an exact match, a redirect or a regex ends the search. */
    boolean find(NginxLocation in) {
      NginxLocation exact = in.exact.get(uri);
      if (exact != null) {
        location = exact;
        return true;
      }
      NginxLocation slashed = in.slashed(uri);
      if (slashed != null) {
        location = slashed;
        redirect = true;
        return true;
      }
      NginxLocation longest = in.longest(uri);
      boolean noRegex = false;
      if (longest != null) {
        location = longest;
        noRegex = longest.noRegex;
        if (find(longest)) {
          return true;
        }
      }
      if (noRegex) {
        return false;
      }
      for (NginxLocation each : in.regexes) {
        Pcre.Result result = each.regex == null ? Pcre.Result.UNKNOWN : each.regex.find(uri);
        if (!result.known() && undecided == null) {
          undecided = each;
        }
        if (result.match() != null) {
          captures = result.match();
          location = each;
          find(each);
          return true;
        }
      }
      return false;
    }
  }

  private @Nullable NginxLocation slashed(String uri) {
    String wanted = uri + "/";
    for (NginxLocation each : prefixes) {
      if (each.name.equals(uri)) {
        // The URI itself is a location: no redirect is looked for.
        return null;
      }
    }
    NginxLocation whole = exact.get(wanted);
    if (whole != null && whole.autoRedirect()) {
      return whole;
    }
    for (NginxLocation each : prefixes) {
      if (each.name.equals(wanted) && each.autoRedirect()) {
        return whole == null ? each : whole;
      }
    }
    return null;
  }

  private @Nullable NginxLocation longest(String uri) {
    NginxLocation longest = null;
    for (NginxLocation each : prefixes) {
      if (uri.startsWith(each.name)
          && (longest == null || each.name.length() > longest.name.length())) {
        longest = each;
      }
    }
    return longest;
  }
}
