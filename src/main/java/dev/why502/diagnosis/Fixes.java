package dev.why502.diagnosis;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.evidence.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps for people: exact where a line is known to be wrong, general where it is not. Every name
 * that comes from outside is quoted, or left out where it cannot be.
 */
final class Fixes {
  private static final String STANDARD_NGINX = "/etc/nginx/nginx.conf";

  private Fixes() {}

  /** What the catalogue says, with a command that tells whether it helped. */
  static Fix general(Facts facts, Cause cause) {
    return new Fix(cause.fix(), null, List.of(), verify(facts));
  }

  static Fix told(Facts facts, String summary, String... steps) {
    return new Fix(summary, null, List.of(steps), verify(facts));
  }

  /** Points at a line without saying what must stand there. */
  static Fix at(Facts facts, @Nullable Place place, String summary, String... steps) {
    return new Fix(summary, place == null ? null : at(place), List.of(steps), verify(facts));
  }

  /** Replaces a text in one line of the gateway's configuration, tests it and reloads. */
  static Fix replace(Facts facts, Place place, String old, String with, String summary) {
    List<String> steps = new ArrayList<>();
    if (place.text().contains(old)
        && Quote.printable(old)
        && Quote.printable(with)
        && Quote.printable(place.file())) {
      steps.add(
          "sed -i --follow-symlinks "
              + Quote.shell(
                  place.line()
                      + "s|"
                      + Quote.sedPattern(old)
                      + "|"
                      + Quote.sedReplacement(with)
                      + "|")
              + " "
              + Quote.shell(place.file()));
      steps.addAll(reload(facts));
    }
    return new Fix(summary, at(place), List.copyOf(steps), verify(facts));
  }

  /** Inserts a line after another one, tests the configuration and reloads. */
  static Fix insertAfter(Facts facts, Place place, String line, String summary) {
    List<String> steps = new ArrayList<>();
    if (Quote.printable(place.file()) && Quote.printable(line)) {
      steps.add(
          "sed -i --follow-symlinks "
              + Quote.shell(place.line() + "a\\    " + line.replace("\\", "\\\\"))
              + " "
              + Quote.shell(place.file()));
      steps.addAll(reload(facts));
    }
    return new Fix(summary, at(place), List.copyOf(steps), verify(facts));
  }

  /** Commands that test the gateway's configuration and load it. */
  static List<String> reload(Facts facts) {
    Gateway gateway = facts.given.gateway();
    if (gateway == null) {
      return List.of();
    }
    String config = gateway.config();
    return switch (gateway.kind()) {
      case NGINX -> {
        if (config == null || config.equals(STANDARD_NGINX)) {
          yield List.of("nginx -t", "systemctl reload nginx");
        }
        String file = Quote.shell(config);
        yield List.of("nginx -t -c " + file, "nginx -s reload -c " + file);
      }
      case HAPROXY ->
          List.of(
              "haproxy -c -f " + Quote.shell(config == null ? "/etc/haproxy/haproxy.cfg" : config),
              "systemctl reload haproxy");
      case APACHE -> List.of("apachectl configtest", "systemctl reload apache2");
      case CADDY ->
          List.of(
              "caddy reload --config "
                  + Quote.shell(config == null ? "/etc/caddy/Caddyfile" : config));
      case OTHER -> List.of();
    };
  }

  /** A curl command that asks what the probe asks; null for what curl cannot ask. */
  static @Nullable String verify(Facts facts) {
    Probe probe = facts.probe;
    if (!probe.target().scheme().http() || probe.target().scheme().webSocket()) {
      return null;
    }
    StringBuilder out = new StringBuilder("curl -sS -o /dev/null -w '%{http_code}\\n'");
    if (!probe.request().method().equals("GET")) {
      out.append(" -X ").append(Quote.shell(probe.request().method()));
    }
    if (probe.request().insecure()) {
      out.append(" -k");
    }
    String ca = probe.request().ca();
    if (ca != null) {
      out.append(" --cacert ").append(Quote.shell(ca));
    }
    if (probe.request().connectTo() != null) {
      out.append(" --connect-to ").append(Quote.shell("::" + probe.request().connectTo().text()));
    }
    String socket = probe.target().endpoint().socket();
    if (socket != null) {
      out.append(" --unix-socket ").append(Quote.shell(socket));
      out.append(" ").append(Quote.shell("http://localhost" + probe.target().path()));
    } else {
      out.append(" ").append(Quote.shell(probe.target().text()));
    }
    return out.toString();
  }

  private static Fix.At at(Place place) {
    return new Fix.At(place.file(), place.line(), place.sha256());
  }
}
