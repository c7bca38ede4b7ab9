package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
          Map.entry("directoryindex", "dir_module"),
          Map.entry("expiresactive", "expires_module"),
          Map.entry("expiresbytype", "expires_module"),
          Map.entry("setenvif", "setenvif_module"),
          Map.entry("setenv", "env_module"),
          Map.entry("authbasicprovider", "auth_basic_module"),
          Map.entry("authuserfile", "authn_file_module"),
          Map.entry("addoutputfilterbytype", "filter_module"),
          Map.entry("remoteipheader", "remoteip_module"),
          Map.entry("proxyhtmlenable", "proxy_html_module"),
          Map.entry("cacheenable", "cache_module"),
          Map.entry("order", "access_compat_module"));

  /** Directives of servers and Proxy sections, which other sections refuse (RSRC_CONF). */
  private static final Set<String> OF_SERVERS =
      Set.of(
          "proxytimeout",
          "proxyrequests",
          "servername",
          "serveralias",
          "documentroot",
          "sslengine",
          "sslcertificatefile",
          "sslproxyengine",
          "sslproxyverify",
          "sslproxycacertificatefile",
          "sslproxycheckpeername",
          "sslproxycheckpeercn",
          "sslproxycheckpeerexpire");

  private static final Set<String> WORKER_PARAMETERS =
      Set.of(
          "loadfactor",
          "retry",
          "ttl",
          "addressttl",
          "min",
          "max",
          "smax",
          "acquire",
          "timeout",
          "iobuffersize",
          "receivebuffersize",
          "keepalive",
          "disablereuse",
          "enablereuse",
          "route",
          "redirect",
          "status",
          "flushpackets",
          "flushwait",
          "ping",
          "lbset",
          "connectiontimeout",
          "flusher",
          "upgrade",
          "responsefieldsize",
          "secret",
          "mapping");

  private static final Set<String> RULE_FLAGS =
      Set.of(
          "b",
          "backrefnoplus",
          "bnp",
          "bne",
          "bctls",
          "bneg",
          "c",
          "chain",
          "co",
          "cookie",
          "dpi",
          "discardpath",
          "e",
          "env",
          "end",
          "f",
          "forbidden",
          "g",
          "gone",
          "h",
          "handler",
          "l",
          "last",
          "n",
          "next",
          "nc",
          "nocase",
          "ne",
          "noescape",
          "ns",
          "nosubreq",
          "p",
          "proxy",
          "pt",
          "passthrough",
          "qsa",
          "qsappend",
          "qsd",
          "qsdiscard",
          "qsl",
          "qslast",
          "r",
          "redirect",
          "s",
          "skip",
          "t",
          "type",
          "unsafeallow3f",
          "unsafeprefixstat",
          "unc",
          "unsafeallow_3f",
          "unsafeprefixstatus");

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
        faults.add(each.fault(ByteText.shown(message)));
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
    if (in != null
        && List.of(
                "location", "locationmatch", "directory", "directorymatch", "files", "filesmatch")
            .contains(in.name())
        && OF_SERVERS.contains(each.name())) {
      return each.text().split(" ", 2)[0]
          + " not allowed in "
          + in.text().split("[ >]", 2)[0]
          + "> context";
    }
    boolean server = in == null || in.is("virtualhost");
    return switch (each.name()) {
      case "require" -> server ? "Require not allowed here" : null;
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
    boolean balancer = ApacheWorkers.balancer(real);
    for (int i = at + 1; i < each.args().size(); i++) {
      String word = each.arg(i);
      boolean flag = List.of("nocanon", "interpolate", "noquery").contains(ByteText.lower(word));
      if (!flag && word.indexOf('=') < 0) {
        return location && real.startsWith("/")
            ? "ProxyPass|ProxyPassMatch can not have a path when defined in a location."
            : "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form"
                + " 'key=value'.";
      }
      String key = flag ? "" : ByteText.lower(word.substring(0, word.indexOf('=')));
      // Those of mod_proxy_hcheck begin so.
      boolean check = key.startsWith("hc");
      if (!flag && !balancer && !check && !WORKER_PARAMETERS.contains(key)) {
        return "ProxyPass unknown Worker parameter";
      }
    }
    boolean absolute = real.contains("://") || real.startsWith("unix:");
    return absolute || real.equals("!") || real.indexOf('$') >= 0
        ? null
        : "ProxyPass URL must be absolute!: " + real;
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
    String inner = flags ? words.get(2).substring(1, words.get(2).length() - 1) : "";
    for (String flag : inner.split(",")) {
      String written = flag.strip();
      int equals = written.indexOf('=');
      String name = equals < 0 ? written : written.substring(0, equals);
      if (!name.isEmpty() && !RULE_FLAGS.contains(ByteText.lower(name))) {
        return "RewriteRule: unknown flag '" + name + "'";
      }
    }
    return null;
  }
}
