package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nginx -t} would refuse beyond the grammar, as far as the directives are known here.
 * Modules bring directives of their own: an unknown name is no fault.
 */
final class NginxFaults {
  private final List<String> faults = new ArrayList<>();
  private final Set<String> groups = new HashSet<>();
  private final Map<String, NginxDirective> defaults = new HashMap<>();

  private NginxFaults() {}

  static List<String> of(NginxConfig config) {
    NginxFaults check = new NginxFaults();
    if (config.denied() == null) {
      for (NginxDirective http : config.main().own("http")) {
        for (NginxDirective group : http.children()) {
          if (group.name().equals("upstream") && !group.args().isEmpty()) {
            check.groups.add(ByteText.lower(group.arg(0)));
          }
        }
      }
      check.level("main", config.directives(), null);
      if (config.main().own("events").isEmpty() && config.unread().isEmpty()) {
        check.faults.add(config.path() + ": no \"events\" section in configuration");
      }
    }
    return check.faults;
  }

  private void add(NginxDirective directive, String message) {
    faults.add(directive.fault(ByteText.shown(message)));
  }

  private void level(
      String context, List<NginxDirective> directives, NginxLocation.@Nullable Parts location) {
    Set<String> seen = new HashSet<>();
    for (NginxDirective directive : directives) {
      NginxDirectives.Known known = NginxDirectives.known(directive.name());
      if (known != null && !placed(directive, known, context)) {
        continue;
      }
      if (known != null && known.once() && !seen.add(directive.name())) {
        add(directive, "\"" + directive.name() + "\" directive is duplicate");
      }
      value(directive, known);
      switch (directive.name()) {
        case "proxy_pass" -> proxyPass(directive, context, location);
        case "location" -> locationBlock(directive, location);
        case "upstream" -> upstream(directive);
        case "listen" -> listen(directive);
        case "return" -> answer(directive);
        case "if" -> condition(directive);
        default -> {}
      }
      inside(directive, context, location);
    }
    duplicates(context, directives);
  }

  private void inside(
      NginxDirective directive, String context, NginxLocation.@Nullable Parts location) {
    if (directive.block() == null) {
      return;
    }
    switch (directive.name()) {
      case "http", "events", "server" -> {
        level(directive.name(), directive.children(), null);
      }
      case "location" -> level("location", directive.children(), NginxLocation.parts(directive));
      case "if" -> level(context.equals("server") ? "sif" : "lif", directive.children(), location);
      case "limit_except" -> level("limit_except", directive.children(), location);
      case "upstream" -> level("upstream", directive.children(), null);
      default -> {
        // A block of a module, or of a kind that holds no directives (map, types, geo).
      }
    }
  }

  private boolean placed(NginxDirective directive, NginxDirectives.Known known, String context) {
    if (!known.contexts().contains(context)) {
      add(directive, "\"" + directive.name() + "\" directive is not allowed here");
      return false;
    }
    if (known.block() && directive.block() == null) {
      add(directive, "directive \"" + directive.name() + "\" has no opening \"{\"");
      return false;
    }
    if (!known.block() && directive.block() != null) {
      add(directive, "directive \"" + directive.name() + "\" is not terminated by \";\"");
      return false;
    }
    int count = directive.args().size();
    if (count < known.least() || count > known.most()) {
      add(directive, "invalid number of arguments in \"" + directive.name() + "\" directive");
      return false;
    }
    return true;
  }

  private void value(NginxDirective directive, NginxDirectives.@Nullable Known known) {
    if (known == null || directive.args().isEmpty()) {
      return;
    }
    String value = directive.arg(0);
    switch (known.type()) {
      case FLAG -> {
        if (!ByteText.lower(value).equals("on") && !ByteText.lower(value).equals("off")) {
          add(
              directive,
              "invalid value \""
                  + value
                  + "\" in \""
                  + directive.name()
                  + "\" directive, it must be \"on\" or \"off\"");
        }
      }
      case TIME -> {
        if (NginxUnits.millis(value) < 0) {
          add(directive, "\"" + directive.name() + "\" directive invalid value");
        }
      }
      case SIZE -> {
        if (NginxUnits.bytes(value) < 0) {
          add(directive, "\"" + directive.name() + "\" directive invalid value");
        }
      }
      case NUMBER -> {
        if (ByteText.number(value) < 0) {
          add(directive, "\"" + directive.name() + "\" directive invalid number");
        }
      }
      case TEXT -> {}
    }
  }

  private void proxyPass(
      NginxDirective directive, String context, NginxLocation.@Nullable Parts location) {
    String value = directive.arg(0);
    if (value.indexOf('$') >= 0) {
      return;
    }
    NginxPass.Url url = NginxPass.url("proxy_pass", value);
    if (url.fault() != null) {
      boolean prefix = url.fault().equals("invalid URL prefix");
      add(directive, prefix ? url.fault() : url.fault() + " in upstream \"" + rest(value) + "\"");
      return;
    }
    NginxAddress address = url.address();
    if (groups.contains(ByteText.lower(address.host())) && !address.noPort()) {
      add(directive, "upstream \"" + address.host() + "\" may not have port " + address.port());
    }
    boolean noUri =
        context.equals("lif")
            || context.equals("limit_except")
            || (location != null
                && (location.match() == NginxLocation.Match.REGEX
                    || location.match() == NginxLocation.Match.NAMED));
    if (noUri && !address.uri().isEmpty()) {
      add(
          directive,
          "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside"
              + " named location, or inside \"if\" statement, or inside \"limit_except\" block");
    }
  }

  private static String rest(String url) {
    int scheme = url.indexOf("://");
    return scheme < 0 ? url : url.substring(scheme + 3);
  }

  private void locationBlock(NginxDirective directive, NginxLocation.@Nullable Parts outer) {
    NginxLocation.Parts parts = NginxLocation.parts(directive);
    if (parts == null) {
      if (directive.args().size() == 2) {
        add(directive, "invalid location modifier \"" + directive.arg(0) + "\"");
      }
      return;
    }
    if (outer == null) {
      return;
    }
    String shown = "location \"" + parts.name() + "\" ";
    String round = "location \"" + outer.name() + "\"";
    if (outer.match() == NginxLocation.Match.EXACT) {
      add(directive, shown + "cannot be inside the exact " + round);
    } else if (outer.match() == NginxLocation.Match.NAMED) {
      add(directive, shown + "cannot be inside the named " + round);
    } else if (parts.match() == NginxLocation.Match.NAMED) {
      add(directive, "named " + shown + "can be on the server level only");
    } else if (outer.match() == NginxLocation.Match.PREFIX
        && parts.match() != NginxLocation.Match.REGEX
        && !parts.name().startsWith(outer.name())) {
      add(directive, shown + "is outside " + round);
    }
  }

  private void duplicates(String context, List<NginxDirective> directives) {
    if (context.equals("http")) {
      Set<String> names = new HashSet<>();
      for (NginxDirective each : directives) {
        if (each.name().equals("upstream") && !names.add(ByteText.lower(each.arg(0)))) {
          add(each, "duplicate upstream \"" + each.arg(0) + "\"");
        }
      }
      return;
    }
    Set<String> names = new HashSet<>();
    for (NginxDirective each : directives) {
      NginxLocation.Parts parts = each.name().equals("location") ? NginxLocation.parts(each) : null;
      // Named ones may stand twice: the first of them counts.
      if (parts != null
          && (parts.match() == NginxLocation.Match.PREFIX
              || parts.match() == NginxLocation.Match.EXACT)) {
        boolean exact = parts.match() == NginxLocation.Match.EXACT;
        if (!names.add((exact ? "=" : "") + parts.name())) {
          add(each, "duplicate location \"" + parts.name() + "\"");
        }
      }
    }
  }

  private void upstream(NginxDirective group) {
    int servers = 0;
    for (NginxDirective server : group.children()) {
      if (!server.name().equals("server")) {
        continue;
      }
      servers++;
      NginxAddress address = NginxAddress.parse(server.arg(0), 80);
      if (address.fault() != null) {
        add(server, address.fault() + " in upstream \"" + server.arg(0) + "\"");
      } else if (address.socket() == null && !address.uri().isEmpty()) {
        add(server, "invalid host in upstream \"" + server.arg(0) + "\"");
      }
      for (String arg :
          server.args().subList(Math.min(1, server.args().size()), server.args().size())) {
        if (!NginxDirectives.serverParameter(arg)) {
          add(server, "invalid parameter \"" + arg + "\"");
        }
      }
    }
    boolean fromElsewhere =
        group.children().stream().anyMatch(d -> NginxDirectives.known(d.name()) == null);
    if (servers == 0 && group.block() != null && !fromElsewhere) {
      add(group, "no servers are inside upstream");
    }
  }

  private void listen(NginxDirective directive) {
    List<NginxListen> listens = NginxListen.of(directive);
    if (listens.isEmpty()) {
      NginxAddress address = NginxAddress.parse(directive.arg(0), 80);
      if (address.fault() != null) {
        String message = address.fault().equals("invalid port") ? "invalid port" : address.fault();
        add(directive, message + " in \"" + directive.arg(0) + "\" of the \"listen\" directive");
      }
      return;
    }
    for (NginxListen listen : listens) {
      if (listen.defaultServer() && defaults.put(listen.text(), directive) != null) {
        add(directive, "a duplicate default server for " + listen.text());
      }
    }
  }

  private void answer(NginxDirective directive) {
    long code = ByteText.number(directive.arg(0));
    String text = directive.arg(0);
    boolean url =
        text.startsWith("http://") || text.startsWith("https://") || text.startsWith("$scheme");
    if (directive.args().size() == 2 ? code < 0 || code > 999 : (code < 0 && !url) || code > 999) {
      add(directive, "invalid return code \"" + text + "\"");
    }
  }

  private void condition(NginxDirective directive) {
    List<String> words = NginxCondition.words(directive);
    if (words == null) {
      add(directive, "invalid condition \"" + directive.arg(0) + "\"");
    }
  }
}
