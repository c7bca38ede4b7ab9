package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.ParsedConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One configuration as it was read: its servers, upstream groups and maps. Immutable. */
final class NginxConfig implements ParsedConfig {
  private final String path;
  private final FileTexts files;
  private final NginxParser.Parsed parsed;
  private final List<String> faults;
  private final NginxScope main;
  private final List<NginxServer> servers = new ArrayList<>();
  private final Map<String, NginxDirective> groups = new HashMap<>();
  private final Map<String, NginxMap> maps = new HashMap<>();
  private final Map<String, NginxDirective> computed = new HashMap<>();
  private final Map<String, NginxDirective> limitZones = new HashMap<>();
  private final Set<String> resolvedAtStart = new HashSet<>();

  private NginxConfig(String path, FileTexts files, NginxParser.Parsed parsed) {
    this.path = path;
    this.files = files;
    this.parsed = parsed;
    NginxDirective root =
        new NginxDirective(
            "main", List.of(), FileText.none(path), 1, 1, "main", parsed.directives());
    this.main = new NginxScope(NginxScope.Kind.MAIN, null, root, parsed.directives());
    for (NginxDirective http : main.own("http")) {
      http(new NginxScope(NginxScope.Kind.HTTP, main, http, http.children()));
    }
    collect(parsed.directives());
    List<String> all = new ArrayList<>(parsed.faults());
    all.addAll(NginxFaults.of(this));
    this.faults = List.copyOf(all.subList(0, Math.min(all.size(), NginxParser.MAX_FAULTS)));
  }

  /** Blocks: reads files. */
  static NginxConfig read(String path) {
    FileTexts files = new FileTexts();
    return new NginxConfig(path, files, NginxParser.parse(files, path));
  }

  private void http(NginxScope http) {
    for (NginxDirective server : http.own("server")) {
      servers.add(
          new NginxServer(new NginxScope(NginxScope.Kind.SERVER, http, server, server.children())));
    }
    for (NginxDirective group : http.own("upstream")) {
      groups.putIfAbsent(ByteText.lower(group.arg(0)), group);
    }
    for (NginxDirective map : http.own("map")) {
      if (map.args().size() == 2 && map.arg(1).startsWith("$")) {
        maps.put(ByteText.lower(map.arg(1).substring(1)), NginxMap.of(map));
      }
    }
    for (String name : List.of("geo", "split_clients", "perl_set", "js_set", "js_var")) {
      for (NginxDirective each : http.own(name)) {
        boolean last = name.equals("geo") || name.equals("split_clients");
        String variable = each.arg(last ? each.args().size() - 1 : 0);
        if (variable.startsWith("$")) {
          computed.put(ByteText.lower(variable.substring(1)), each);
        }
      }
    }
    for (String name : List.of("limit_req_zone", "limit_conn_zone")) {
      for (NginxDirective zone : http.own(name)) {
        for (String arg : zone.args()) {
          if (arg.startsWith("zone=")) {
            String zoneName = arg.substring(5);
            int colon = zoneName.indexOf(':');
            limitZones.put(colon < 0 ? zoneName : zoneName.substring(0, colon), zone);
          }
        }
      }
    }
  }

  private void collect(List<NginxDirective> directives) {
    for (NginxDirective directive : directives) {
      if (NginxPass.DIRECTIVES.contains(directive.name()) && directive.arg(0).indexOf('$') < 0) {
        NginxPass.Url url = NginxPass.url(directive.name(), directive.arg(0));
        if (url.fault() == null && url.address().socket() == null) {
          resolvedAtStart.add(ByteText.lower(url.address().host()) + ":" + url.address().port());
        }
      }
      if (!directive.name().equals("stream") && !directive.name().equals("mail")) {
        collect(directive.children());
      }
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String denied() {
    return parsed.denied();
  }

  @Override
  public List<String> faults() {
    return faults;
  }

  @Override
  public List<String> unread() {
    return parsed.unread();
  }

  List<NginxDirective> directives() {
    return parsed.directives();
  }

  @Override
  public FileTexts files() {
    return files;
  }

  NginxScope main() {
    return main;
  }

  List<NginxServer> servers() {
    return servers;
  }

  @Nullable NginxDirective group(String name) {
    return groups.get(ByteText.lower(name));
  }

  @Nullable NginxMap map(String variable) {
    return maps.get(variable);
  }

  /** A directive that computes a variable in a way that is not followed here. */
  @Nullable NginxDirective computed(String variable) {
    return computed.get(variable);
  }

  @Nullable NginxDirective limitZone(String name) {
    return limitZones.get(name);
  }

  /** Whether a name stands in another pass of the configuration and is so known from the start. */
  boolean resolvedAtStart(String host, int port) {
    return resolvedAtStart.contains(ByteText.lower(host) + ":" + port);
  }
}
