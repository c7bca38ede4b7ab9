package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Caddy with a Caddyfile. */
final class CaddyProgram implements Program {
  /** bcrypt of a word that nobody knows. */
  private static final String SECRET =
      "$2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG";

  @Override
  public Gateway.Kind kind() {
    return Gateway.Kind.CADDY;
  }

  @Override
  public String title() {
    return "Caddy";
  }

  @Override
  public List<String> version() {
    return List.of("caddy", "version");
  }

  @Override
  public void write(Site site, Path directory) throws IOException {
    Lines lines = new Lines();
    lines.add("{");
    lines.add("\tadmin unix/" + directory + "/admin.sock");
    lines.add("\tauto_https off");
    lines.add("\tlog {");
    lines.add("\t\toutput file " + log(directory));
    lines.add("\t\tformat json");
    lines.add("\t}");
    lines.add("}");
    lines.add("");
    String scheme = site.certificate == null ? "http" : "https";
    lines.add(scheme + "://" + site.name + ":" + site.port + " {");
    lines.add("\tbind 127.0.0.1");
    lines.addIf(site.certificate != null, "\ttls " + site.certificate + " " + site.key);
    lines.add("\thandle /well/* {");
    lines.add("\t\treverse_proxy 127.0.0.1:" + site.wellPort);
    lines.add("\t}");
    if (site.own != Site.Own.NO_ROUTE) {
      lines.add("\t" + (site.strips ? "handle_path " : "handle ") + Site.ROUTE + "* {");
      route(site).forEach(line -> lines.add("\t\t" + line));
      lines.add("\t}");
    }
    lines.add("}");
    Files.writeString(config(directory), lines.indented(""));
    // It holds certificates against the authorities of its system where it is told of no others.
    Files.copy(site.authority, directory.resolve("ca.pem"));
  }

  private static List<String> route(Site site) {
    Lines lines = new Lines();
    if (site.own == Site.Own.UNAVAILABLE) {
      lines.add("respond \"closed\" 503");
      return lines.all();
    }
    if (site.own == Site.Own.FORBIDDEN) {
      lines.add("respond 403");
      return lines.all();
    }
    if (site.own == Site.Own.NOTHING) {
      lines.add("abort");
      return lines.all();
    }
    if (site.own == Site.Own.PASSWORD) {
      lines.add("basicauth {");
      lines.add("\towner " + SECRET);
      lines.add("}");
    }
    if (site.bodyLimit > 0) {
      lines.add("request_body {");
      lines.add("\tmax_size " + site.bodyLimit + "B");
      lines.add("}");
    }
    StringBuilder to = new StringBuilder("reverse_proxy");
    for (String peer : site.to) {
      to.append(' ').append(site.tls && !peer.startsWith("unix:") ? "https://" : "");
      to.append(peer.startsWith("unix:") ? "unix/" + peer.substring(5) : peer);
    }
    lines.add(to + " {");
    lines.addIf(!site.keepsHost, "\theader_up Host {upstream_hostport}");
    lines.addIf(site.drops != null, "\theader_up -" + site.drops);
    lines.addIf(!site.upgrades, "\theader_up -Upgrade");
    if (site.maxFails > 0) {
      lines.add("\tfail_duration 300s");
      lines.add("\tmax_fails " + site.maxFails);
    }
    if (site.healthPath != null) {
      lines.add("\thealth_uri " + site.healthPath);
      lines.add("\thealth_interval 200ms");
      lines.add("\thealth_timeout 1s");
    }
    if (site.failsOver) {
      lines.add("\tlb_try_duration 500ms");
    }
    lines.add("\ttransport http {");
    if (!site.patient) {
      lines.add("\t\tdial_timeout 800ms");
      lines.add("\t\tresponse_header_timeout 800ms");
    }
    if (site.tls) {
      lines.addIf(site.trusts != null, "\t\ttls_trusted_ca_certs " + site.trusts);
      lines.addIf(site.expects != null, "\t\ttls_server_name " + site.expects);
    }
    lines.add("\t}");
    lines.add("}");
    return lines.all();
  }

  @Override
  public Path config(Path directory) {
    return directory.resolve("Caddyfile");
  }

  @Override
  public Path log(Path directory) {
    return directory.resolve("caddy.log");
  }

  @Override
  public List<String> command(Path directory) {
    return List.of(
        "setpriv",
        "--reuid=www-data",
        "--regid=www-data",
        "--clear-groups",
        "env",
        "HOME=" + directory,
        "SSL_CERT_FILE=" + directory + "/ca.pem",
        "XDG_DATA_HOME=" + directory,
        "XDG_CONFIG_HOME=" + directory,
        "caddy",
        "run",
        "--config",
        config(directory).toString());
  }

  @Override
  public Map<String, String> substitutes(Path directory, long pid) {
    return Map.of("systemctl", "exec /usr/bin/caddy reload --force --config " + config(directory));
  }
}
