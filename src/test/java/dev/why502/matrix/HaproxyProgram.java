package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** HAProxy with {@code option httplog}, whose messages go to a syslog daemon. */
final class HaproxyProgram implements Program {
  @Override
  public Gateway.Kind kind() {
    return Gateway.Kind.HAPROXY;
  }

  @Override
  public String title() {
    return "HAProxy";
  }

  @Override
  public List<String> version() {
    return List.of("haproxy", "-v");
  }

  @Override
  public void write(Site site, Path directory) throws IOException {
    Lines global = new Lines();
    global.add("log 127.0.0.1:" + site.syslogPort + " local0");
    global.add("stats socket " + directory + "/admin.sock mode 660 level admin");
    global.add("user haproxy");
    global.add("group haproxy");
    global.add("maxconn " + (site.connections > 0 ? site.connections : 200));
    Lines defaults = new Lines();
    defaults.add("mode http");
    defaults.add("log global");
    defaults.add("option httplog");
    defaults.add("timeout client 10s");
    defaults.add("timeout connect " + (site.patient ? "5s" : "800ms"));
    defaults.add("timeout server " + (site.patient ? "10s" : "800ms"));
    defaults.add("retries 0");
    Lines front = new Lines();
    front.add("bind 127.0.0.1:" + site.port + edgeTls(site, directory));
    front.addIf(site.drops != null, "http-request del-header " + site.drops);
    front.addIf(
        site.bodyLimit > 0,
        "http-request deny deny_status 413 if { req.hdr_val(content-length) gt "
            + site.bodyLimit
            + " }");
    if (site.limitsRequests) {
      front.add("stick-table type ipv6 size 1k expire 60s store http_req_rate(60s)");
      front.add("http-request track-sc0 src if { path_beg " + Site.ROUTE + " }");
      front.add(
          "http-request deny deny_status 429 if { path_beg "
              + Site.ROUTE
              + " } { sc_http_req_rate(0) gt 0 }");
    }
    front.addIf(
        site.own == Site.Own.UNAVAILABLE,
        "http-request return status 503 if { path_beg " + Site.ROUTE + " }");
    front.addIf(
        site.own == Site.Own.FORBIDDEN, "http-request deny if { path_beg " + Site.ROUTE + " }");
    front.addIf(
        site.own == Site.Own.NOTHING,
        "http-request silent-drop if { path_beg " + Site.ROUTE + " }");
    front.addIf(
        site.own == Site.Own.PASSWORD,
        "http-request auth realm owners if { path_beg " + Site.ROUTE + " } !{ http_auth(owners) }");
    front.add("use_backend well if { path_beg /well/ }");
    if (site.own != Site.Own.NO_ROUTE) {
      String named =
          site.name.equals(Site.NAME) ? "" : " { hdr(host),host_only -i " + site.name + " }";
      front.add("use_backend app if { path_beg " + Site.ROUTE + " }" + named);
    }
    StringBuilder text = new StringBuilder("global\n").append(global.indented("    "));
    text.append("\ndefaults\n").append(defaults.indented("    "));
    if (site.own == Site.Own.PASSWORD) {
      text.append("\nuserlist owners\n    user owner insecure-password word\n");
    }
    if (site.looksUpLate) {
      text.append(
          "\nresolvers dns\n    nameserver own 127.0.0.1:53\n    timeout resolve 1s\n    hold valid 1s\n");
    }
    text.append("\nfrontend web\n").append(front.indented("    "));
    text.append("\nbackend well\n    server w1 127.0.0.1:").append(site.wellPort).append('\n');
    if (site.own != Site.Own.NO_ROUTE) {
      text.append("\nbackend app\n").append(backend(site).indented("    "));
    }
    Files.writeString(config(directory), text);
  }

  private static String edgeTls(Site site, Path directory) throws IOException {
    if (site.certificate == null || site.key == null) {
      return "";
    }
    Path both = directory.resolve("edge.pem");
    Files.writeString(both, Files.readString(site.certificate) + Files.readString(site.key));
    return " ssl crt " + both;
  }

  private static Lines backend(Site site) {
    Lines lines = new Lines();
    lines.addIf(site.strips, "http-request replace-path /api/(.*) /\\1");
    lines.addIf(!site.keepsHost, "http-request set-header Host app.internal");
    lines.addIf(site.healthPath != null, "option httpchk GET " + site.healthPath);
    lines.addIf(site.failsOver, "option redispatch");
    lines.addIf(site.failsOver, "retries 1");
    lines.addIf(site.keepsOpen, "http-reuse always");
    int count = 0;
    for (String peer : site.to) {
      StringBuilder line = new StringBuilder("server s").append(++count).append(' ');
      line.append(peer.startsWith("unix:") ? "unix@" + peer.substring(5) : peer);
      if (site.tls) {
        line.append(" ssl verify ").append(site.trusts == null ? "none" : "required");
        line.append(site.trusts == null ? "" : " ca-file " + site.trusts);
        if (site.expects != null) {
          line.append(site.sendsName ? " sni str(" + site.expects + ")" : "");
          line.append(site.trusts == null ? "" : " verifyhost " + site.expects);
        }
      }
      if (site.healthPath != null) {
        line.append(" check inter 200ms fall 2 rise 2");
      } else if (site.maxFails > 0) {
        line.append(" check inter 200ms rise 1000 fall 1");
      }
      line.append(site.disabled && count == 1 ? " disabled" : "");
      line.append(site.looksUpLate ? " resolvers dns init-addr none check inter 500ms" : "");
      lines.add(line.toString());
    }
    return lines;
  }

  @Override
  public Path config(Path directory) {
    return directory.resolve("haproxy.cfg");
  }

  @Override
  public Path log(Path directory) {
    return directory.resolve("haproxy.log");
  }

  @Override
  public List<String> command(Path directory) {
    return List.of(
        "haproxy", "-W", "-db", "-p", directory + "/pid", "-f", config(directory).toString());
  }

  @Override
  public Map<String, String> substitutes(Path directory, long pid) {
    return Map.of("systemctl", "exec kill -USR2 " + pid);
  }
}
