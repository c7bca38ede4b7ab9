package dev.why502.gateway.nginx;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.PcreSample;
import dev.why502.gateway.RouteSample;
import java.util.ArrayList;
import java.util.List;

/** Targets that stand for the locations of a configuration. */
final class NginxTargets {
  /** Locations of one configuration that are tried. */
  private static final int MAX_SAMPLES = 2000;

  private final List<RouteSample> samples = new ArrayList<>();

  private NginxTargets() {}

  static List<RouteSample> of(NginxConfig config) {
    NginxTargets targets = new NginxTargets();
    for (NginxServer server : config.servers()) {
      if (!server.listens().isEmpty()) {
        targets.server(server);
      }
    }
    return targets.samples;
  }

  private void server(NginxServer server) {
    // TLS first: the plain one most often only redirects.
    NginxListen listen = server.listens().get(0);
    for (NginxListen each : server.listens()) {
      if (server.tls(each) && !server.tls(listen)) {
        listen = each;
      }
    }
    if (listen.socket() != null) {
      return;
    }
    String host = host(server, listen);
    Scheme scheme = server.tls(listen) ? Scheme.HTTPS : Scheme.HTTP;
    String address =
        listen.any()
            ? listen.address().equals("0.0.0.0") || listen.both() ? "127.0.0.1" : "::1"
            : listen.address();
    locations(
        server.root(), host, scheme, listen.port(), NginxAddress.text(address, listen.port()));
  }

  private static String host(NginxServer server, NginxListen listen) {
    for (String name : server.names()) {
      if (!name.isEmpty() && !name.startsWith("~") && !name.equals("_") && name.indexOf('$') < 0) {
        if (name.startsWith("*.")) {
          return "www" + name.substring(1);
        }
        return name.startsWith(".")
            ? name.substring(1)
            : name.endsWith(".*") ? name.substring(0, name.length() - 1) + "example" : name;
      }
    }
    return listen.any() ? "127.0.0.1" : listen.address();
  }

  private void locations(NginxLocation in, String host, Scheme scheme, int port, String connectTo) {
    for (NginxLocation location : in.inside()) {
      String path =
          switch (location.match()) {
            case PREFIX, EXACT, SERVER -> location.name();
            case REGEX -> PcreSample.of(location.name());
            case NAMED -> "";
          };
      if (path.startsWith("/")) {
        for (NginxDirective pass : passes(location.scope().directive().children())) {
          if (samples.size() < MAX_SAMPLES) {
            String sent = ByteText.shown(NginxUri.escapedPath(path));
            samples.add(
                RouteSample.of(scheme, Endpoint.of(host, port), sent, connectTo, pass.place()));
          }
        }
      }
      locations(location, host, scheme, port, connectTo);
    }
  }

  private static List<NginxDirective> passes(List<NginxDirective> directives) {
    List<NginxDirective> found = new ArrayList<>();
    for (NginxDirective each : directives) {
      if (NginxPass.DIRECTIVES.contains(each.name())) {
        found.add(each);
      } else if (each.name().equals("if")) {
        found.addAll(passes(each.children()));
      }
    }
    // Named locations and "try_files" lead elsewhere: such a location stands for what it leads to.
    for (NginxDirective each : directives) {
      if (each.name().equals("try_files") && found.isEmpty()) {
        found.add(each);
      }
    }
    return found;
  }
}
