package dev.why502.gateway.apache;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What httpd would refuse to load, as far as that is surely known. */
final class ApacheFaults {
  /** The module that a directive needs. */
  private static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("proxypass", "proxy_module"),
          Map.entry("proxypassmatch", "proxy_module"),
          Map.entry("proxypassreverse", "proxy_module"),
          Map.entry("proxypreservehost", "proxy_module"),
          Map.entry("proxyrequests", "proxy_module"),
          Map.entry("proxytimeout", "proxy_module"),
          Map.entry("proxyerroroverride", "proxy_module"),
          Map.entry("proxyset", "proxy_module"),
          Map.entry("proxy", "proxy_module"),
          Map.entry("balancermember", "proxy_module"),
          Map.entry("rewriteengine", "rewrite_module"),
          Map.entry("rewriterule", "rewrite_module"),
          Map.entry("rewritecond", "rewrite_module"),
          Map.entry("sslengine", "ssl_module"),
          Map.entry("sslcertificatefile", "ssl_module"),
          Map.entry("sslproxyengine", "ssl_module"),
          Map.entry("sslproxyverify", "ssl_module"),
          Map.entry("requestheader", "headers_module"),
          Map.entry("header", "headers_module"),
          Map.entry("require", "authz_core_module"),
          Map.entry("redirect", "alias_module"),
          Map.entry("redirectmatch", "alias_module"),
          Map.entry("alias", "alias_module"),
          Map.entry("directoryindex", "dir_module"));

  private final ApacheModules modules;
  private final List<String> faults = new ArrayList<>();

  private ApacheFaults(ApacheModules modules) {
    this.modules = modules;
  }

  static List<String> of(ApacheParser.Parsed parsed) {
    ApacheFaults found = new ApacheFaults(parsed.modules());
    found.walk(parsed.directives(), null);
    return found.faults;
  }

  private void walk(List<ApacheDirective> directives, @Nullable ApacheDirective in) {
    for (ApacheDirective each : directives) {
      String message = message(each, in);
      if (message != null) {
        faults.add(each.fault(ApacheText.shown(message)));
      }
      walk(each.children(), each);
    }
  }

  private @Nullable String message(ApacheDirective each, @Nullable ApacheDirective in) {
    String module = MODULES.get(each.name());
    if (module != null && modules.lacks(module)) {
      String word = each.text().split(" ", 2)[0];
      return "Invalid command '"
          + word
          + "', perhaps misspelled or defined by a module not included in the server configuration";
    }
    return switch (each.name()) {
      case "proxypass", "proxypassmatch" -> proxyPass(each, in);
      case "rewriterule" -> rewriteRule(each);
      default -> null;
    };
  }

  private static @Nullable String proxyPass(ApacheDirective each, @Nullable ApacheDirective in) {
    boolean location = in != null && in.name().startsWith("location");
    int at = location ? 0 : each.arg(0).equals("~") ? 2 : 1;
    if (each.unresolved()) {
      return null;
    }
    String real = each.arg(at);
    if (real.isEmpty()) {
      return "ProxyPass|ProxyPassMatch needs a path when not defined in a location";
    }
    for (int i = at + 1; i < each.args().size(); i++) {
      String word = each.arg(i);
      boolean flag = List.of("nocanon", "interpolate", "noquery").contains(ApacheText.lower(word));
      if (!flag && word.indexOf('=') < 0) {
        return location && real.startsWith("/")
            ? "ProxyPass|ProxyPassMatch can not have a path when defined in a location."
            : "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form"
                + " 'key=value'.";
      }
    }
    return null;
  }

  private static @Nullable String rewriteRule(ApacheDirective each) {
    List<String> words = ApacheText.rewriteWords(each.raw());
    if (words.size() < 2 || words.size() > 3) {
      return "RewriteRule: bad argument line '" + each.raw() + "'";
    }
    boolean flags = words.size() == 3;
    if (flags && !(words.get(2).startsWith("[") && words.get(2).endsWith("]"))) {
      return "RewriteRule: bad flag delimiters";
    }
    return null;
  }
}
