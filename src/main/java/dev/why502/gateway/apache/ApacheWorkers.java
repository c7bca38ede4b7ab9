package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Glob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The workers and balancers of a server (proxy_util.c): each URL of ProxyPass, BalancerMember or a
 * Proxy section is one, and a request is served by the worker whose URL is its longest prefix.
 */
final class ApacheWorkers {
  /** Members of one balancer that are kept. */
  private static final int MAX_MEMBERS = 256;

  /**
   * A worker.
   *
   * @param name its URL, without a socket
   * @param url as it is written
   * @param parameters lower case to value
   */
  record Worker(
      String name, String url, Map<String, String> parameters, ApacheDirective directive) {
    @Nullable String parameter(String key) {
      return parameters.get(key);
    }

    long millis(String key, long otherwise) {
      String written = parameters.get(key);
      long millis = written == null ? -1 : ApacheText.millis(written, 1000);
      return millis < 0 ? otherwise : millis;
    }
  }

  /** A balancer, its name in lower case with its scheme. */
  record Balancer(String name, Map<String, String> parameters, List<Worker> members) {}

  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, Balancer> balancers = new LinkedHashMap<>();

  static ApacheWorkers of(ApacheServer server) {
    ApacheWorkers all = new ApacheWorkers();
    for (List<ApacheDirective> layer : server.layers()) {
      all.collect(layer);
    }
    return all;
  }

  private void collect(List<ApacheDirective> directives) {
    for (ApacheDirective each : directives) {
      switch (each.name()) {
        case "proxypass", "proxypassmatch" -> {
          Alias alias = Alias.of(each, null);
          if (alias != null && !alias.real().equals("!")) {
            define(alias.real(), alias.parameters(), each);
          }
        }
        case "balancermember" -> {
          if (each.args().size() > 1) {
            member(each.arg(0), each.arg(1), each, 2);
          }
        }
        case "proxyset" -> {
          if (!each.arg(0).isEmpty()) {
            set(each.arg(0), each, 1);
          }
        }
        case "location", "locationmatch" -> {
          for (ApacheDirective inside : each.children()) {
            Alias alias =
                inside.is("proxypass") || inside.is("proxypassmatch")
                    ? Alias.of(inside, each)
                    : null;
            if (alias != null && !alias.real().equals("!")) {
              define(alias.real(), alias.parameters(), inside);
            }
          }
        }
        case "proxy" -> section(each);
        default -> {}
      }
    }
  }

  private void section(ApacheDirective section) {
    String name = section.arg(0);
    if (balancer(name)) {
      balancers.computeIfAbsent(
          balancerName(name), key -> new Balancer(key, new LinkedHashMap<>(), new ArrayList<>()));
    } else if (!name.equals("~") && !Glob.wild(name) && name.contains("://")) {
      define(name, parameters(section, 1), section);
    }
    for (ApacheDirective inside : section.children()) {
      if (inside.is("balancermember")) {
        boolean named = balancer(inside.arg(0));
        member(named ? inside.arg(0) : name, inside.arg(named ? 1 : 0), inside, named ? 2 : 1);
      } else if (inside.is("proxyset")) {
        set(name, inside, 0);
      }
    }
  }

  private void define(String url, Map<String, String> parameters, ApacheDirective by) {
    if (balancer(url)) {
      balancers
          .computeIfAbsent(
              balancerName(url), key -> new Balancer(key, new LinkedHashMap<>(), new ArrayList<>()))
          .parameters()
          .putAll(parameters);
      return;
    }
    String name = withoutSocket(url);
    int dollar = name.indexOf('$');
    name = dollar < 0 ? name : name.substring(0, dollar);
    // Without a host before the first group it would take every URL.
    if (!name.endsWith("://") && worker(name) == null) {
      workers.add(new Worker(name, url, parameters, by));
    }
  }

  private void member(String balancer, String url, ApacheDirective by, int from) {
    Balancer group =
        balancers.computeIfAbsent(
            balancerName(balancer),
            key -> new Balancer(key, new LinkedHashMap<>(), new ArrayList<>()));
    if (group.members().size() < MAX_MEMBERS) {
      group.members().add(new Worker(withoutSocket(url), url, parameters(by, from), by));
    }
  }

  private void set(String name, ApacheDirective by, int from) {
    Balancer group = balancers.get(balancerName(name));
    Worker worker = worker(withoutSocket(name));
    if (group != null) {
      group.parameters().putAll(parameters(by, from));
    } else if (worker != null) {
      worker.parameters().putAll(parameters(by, from));
    }
  }

  static Map<String, String> parameters(ApacheDirective by, int from) {
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = from; i < by.args().size(); i++) {
      String word = by.arg(i);
      int equals = word.indexOf('=');
      if (equals > 0) {
        found.merge(
            ByteText.lower(word.substring(0, equals)),
            word.substring(equals + 1),
            (one, other) -> one + other);
      }
    }
    return found;
  }

  static String withoutSocket(String url) {
    int bar = url.regionMatches(true, 0, "unix:", 0, 5) ? url.indexOf('|') : -1;
    String rest = bar < 0 ? url : url.substring(bar + 1);
    return bar >= 0 && rest.endsWith(":") ? rest + "//localhost" : rest;
  }

  static boolean balancer(String url) {
    return url.regionMatches(true, 0, "balancer://", 0, 11);
  }

  private static String balancerName(String url) {
    int slash = url.indexOf('/', Math.min(url.length(), 11));
    return ByteText.lower(slash < 0 ? url : url.substring(0, slash));
  }

  /** The balancer of a URL, or null when none has its name. */
  @Nullable Balancer group(String url) {
    return balancers.get(balancerName(url));
  }

  /** The worker that serves a URL, or null when only the default one does. */
  @Nullable Worker worker(String url) {
    Worker longest = null;
    for (Worker each : workers) {
      boolean prefix = url.regionMatches(true, 0, each.name(), 0, each.name().length());
      if (prefix && (longest == null || each.name().length() > longest.name().length())) {
        longest = each;
      }
    }
    return longest;
  }

  /**
   * One ProxyPass or ProxyPassMatch.
   *
   * @param fake path or pattern that it takes
   * @param real URL without socket, or "!"
   * @param section the Location it stands in, or null
   */
  record Alias(
      String fake,
      String real,
      boolean regex,
      boolean noCanon,
      boolean interpolate,
      Map<String, String> parameters,
      ApacheDirective directive,
      @Nullable ApacheDirective section) {

    /** Null where it is not complete. */
    static @Nullable Alias of(ApacheDirective directive, @Nullable ApacheDirective section) {
      boolean regex = directive.is("proxypassmatch");
      int at = 0;
      String fake = null;
      if (section != null) {
        boolean tilde = section.arg(0).equals("~");
        fake = section.arg(tilde ? 1 : 0);
        regex |= section.is("locationmatch") || tilde || Glob.wild(fake);
      } else {
        if (directive.arg(0).equals("~")) {
          regex = true;
          at = 1;
        }
        fake = directive.arg(at++);
      }
      String real = directive.arg(at++);
      if (real.isEmpty()) {
        return null;
      }
      List<String> rest = directive.args().subList(at, directive.args().size());
      return new Alias(
          fake,
          real,
          regex,
          rest.stream().anyMatch(each -> each.equalsIgnoreCase("nocanon")),
          rest.stream().anyMatch(each -> each.equalsIgnoreCase("interpolate")),
          ApacheWorkers.parameters(directive, at),
          directive,
          section);
    }

    /** How many characters of a path it takes, 0 when it does not fit (alias_match). */
    static int length(String fake, String uri) {
      int a = 0;
      int u = 0;
      while (a < fake.length() && u < uri.length()) {
        if (fake.charAt(a) == '/') {
          if (uri.charAt(u) != '/') {
            return 0;
          }
          while (a < fake.length() && fake.charAt(a) == '/') {
            a++;
          }
          while (u < uri.length() && uri.charAt(u) == '/') {
            u++;
          }
        } else if (uri.charAt(u++) != fake.charAt(a++)) {
          return 0;
        }
      }
      if (a != fake.length() || a == 0) {
        return 0;
      }
      return fake.charAt(a - 1) != '/' && u < uri.length() && uri.charAt(u) != '/' ? 0 : u;
    }
  }
}
