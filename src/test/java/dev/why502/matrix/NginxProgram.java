package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx, as Debian lays it out. */
final class NginxProgram implements Program {
  @Override
  public Gateway.Kind kind() {
    return Gateway.Kind.NGINX;
  }

  @Override
  public String title() {
    return "nginx";
  }

  @Override
  public List<String> version() {
    return List.of("nginx", "-v");
  }

  @Override
  public void write(Site site, Path directory) throws IOException {
    StringBuilder main = new StringBuilder("user www-data;\nworker_processes 1;\n");
    main.append("pid ").append(directory).append("/nginx.pid;\n");
    main.append("error_log ").append(log(directory)).append(";\n");
    int connections = site.connections > 0 ? site.connections : 256;
    main.append("events {\n    worker_connections ").append(connections).append(";\n}\n");
    main.append("http {\n    access_log ").append(directory).append("/access.log;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      main.append("    %s_temp_path %s/%s;\n".formatted(kind, directory, kind));
    }
    if (site.limitsRequests) {
      main.append("    limit_req_zone $server_name zone=one:64k rate=1r/m;\n");
    }
    main.append("    include ").append(directory).append("/sites-enabled/*;\n}\n");
    Files.writeString(config(directory), main);
    Path sites = Files.createDirectories(directory.resolve("sites-enabled"));
    Files.writeString(sites.resolve("shop"), group(site) + server(site, directory));
    if (site.own == Site.Own.PASSWORD) {
      Files.writeString(directory.resolve("users"), "owner:$apr1$x$w9gGk4eY3pZ0f9dV1Qq0N1\n");
    }
  }

  private static String group(Site site) {
    if (!site.pool()) {
      return "";
    }
    StringBuilder text = new StringBuilder("upstream app {\n");
    boolean first = true;
    for (String peer : site.to) {
      text.append("    server ").append(peer);
      if (site.disabled && first) {
        text.append(" down");
      }
      if (site.maxFails > 0) {
        text.append(" max_fails=").append(site.maxFails).append(" fail_timeout=300s");
      }
      text.append(";\n");
      first = false;
    }
    if (site.keepsOpen) {
      text.append("    keepalive 4;\n");
    }
    return text.append("}\n").toString();
  }

  private static String server(Site site, Path directory) {
    StringBuilder text = new StringBuilder("server {\n");
    text.append("    listen 127.0.0.1:").append(site.port);
    text.append(site.certificate == null ? ";\n" : " ssl;\n");
    text.append("    server_name ").append(site.name).append(";\n");
    if (site.certificate != null) {
      text.append("    ssl_certificate ").append(site.certificate).append(";\n");
      text.append("    ssl_certificate_key ").append(site.key).append(";\n");
    }
    text.append("    location /well/ {\n        proxy_pass http://127.0.0.1:");
    text.append(site.wellPort).append(";\n    }\n");
    if (site.own == Site.Own.NO_ROUTE) {
      return text.append("    root ").append(directory).append("/htdocs;\n}\n").toString();
    }
    text.append("    location ").append(Site.ROUTE).append(" {\n");
    for (String line : route(site, directory)) {
      text.append("        ").append(line).append(";\n");
    }
    return text.append("    }\n}\n").toString();
  }

  private static List<String> route(Site site, Path directory) {
    Lines lines = new Lines();
    lines.addIf(site.own == Site.Own.UNAVAILABLE, "return 503");
    lines.addIf(site.own == Site.Own.FORBIDDEN, "deny all");
    lines.addIf(site.own == Site.Own.NOTHING, "return 444");
    if (site.own == Site.Own.PASSWORD) {
      lines.add("auth_basic \"owners\"");
      lines.add("auth_basic_user_file " + directory + "/users");
    }
    lines.addIf(site.limitsRequests, "limit_req zone=one");
    lines.addIf(site.bodyLimit > 0, "client_max_body_size " + site.bodyLimit);
    if (site.looksUpLate) {
      lines.add("resolver 127.0.0.1 ipv6=off valid=1s");
      lines.add("resolver_timeout 1s");
      lines.add("set $app " + site.to.get(0));
    }
    String to = site.pool() ? "app" : site.looksUpLate ? "$app" : site.to.get(0);
    String end = site.strips ? to.startsWith("unix:") ? ":/" : "/" : "";
    lines.add("proxy_pass " + site.scheme() + "://" + to + end);
    lines.addIf(site.keepsHost, "proxy_set_header Host $host");
    lines.addIf(site.drops != null, "proxy_set_header " + site.drops + " \"\"");
    lines.addIf(site.keepsOpen || site.upgrades, "proxy_http_version 1.1");
    if (site.keepsOpen) {
      lines.add("proxy_set_header Connection \"\"");
    } else if (site.upgrades) {
      lines.add("proxy_set_header Upgrade $http_upgrade");
      lines.add("proxy_set_header Connection \"upgrade\"");
    }
    if (!site.patient) {
      lines.add("proxy_connect_timeout 800ms");
      lines.add("proxy_read_timeout 800ms");
    }
    lines.addIf(!site.failsOver, "proxy_next_upstream off");
    if (site.trusts != null) {
      lines.add("proxy_ssl_verify on");
      lines.add("proxy_ssl_trusted_certificate " + site.trusts);
    }
    if (site.expects != null) {
      lines.add("proxy_ssl_name " + site.expects);
      lines.addIf(site.sendsName, "proxy_ssl_server_name on");
    }
    return lines.all();
  }

  @Override
  public Path config(Path directory) {
    return directory.resolve("nginx.conf");
  }

  @Override
  public Path log(Path directory) {
    return directory.resolve("error.log");
  }

  @Override
  public List<String> command(Path directory) {
    return List.of(
        "nginx",
        "-p",
        directory.toString(),
        "-c",
        config(directory).toString(),
        "-g",
        "daemon off;");
  }

  @Override
  public Map<String, String> substitutes(Path directory, long pid) {
    String nginx = "/usr/sbin/nginx -c " + config(directory);
    return Map.of(
        "systemctl", "exec " + nginx + " -s reload",
        "nginx",
            "case \"$*\" in *-c*) exec /usr/sbin/nginx \"$@\";; *) exec "
                + nginx
                + " \"$@\";; esac");
  }
}
