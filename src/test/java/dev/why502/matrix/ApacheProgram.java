package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Apache httpd with mod_proxy. */
final class ApacheProgram implements Program {
  private static final String MODULES = "/usr/lib/apache2/modules/mod_";

  @Override
  public Gateway.Kind kind() {
    return Gateway.Kind.APACHE;
  }

  @Override
  public String title() {
    return "Apache httpd";
  }

  @Override
  public List<String> version() {
    return List.of("apache2", "-v");
  }

  @Override
  public void write(Site site, Path directory) throws IOException {
    Lines main = new Lines();
    main.add("ServerRoot " + directory);
    for (String module :
        List.of(
            "mpm_event",
            "authz_core",
            "authn_core",
            "authz_user",
            "auth_basic",
            "authn_file",
            "proxy",
            "proxy_http",
            "proxy_balancer",
            "proxy_hcheck",
            "lbmethod_byrequests",
            "slotmem_shm",
            "watchdog",
            "headers",
            "setenvif",
            "dir",
            "alias",
            "rewrite",
            "socache_shmcb",
            "ssl")) {
      main.addIf(
          Files.exists(Path.of(MODULES + module + ".so")),
          "LoadModule " + module + "_module " + MODULES + module + ".so");
    }
    main.add("ServerName localhost");
    main.add("PidFile " + directory + "/pid");
    main.add("User www-data");
    main.add("Group www-data");
    main.add("ErrorLog " + log(directory));
    main.add("LogLevel warn");
    main.add("DefaultRuntimeDir " + directory);
    main.add("Mutex pthread");
    main.add("Listen 127.0.0.1:" + site.port);
    main.add("StartServers 1");
    if (site.connections > 0) {
      main.add("ServerLimit 1");
      main.add("ThreadsPerChild " + site.connections);
      main.add("MaxRequestWorkers " + site.connections);
    }
    main.add("<Directory />");
    main.add("  Require all granted");
    main.add("</Directory>");
    main.add("IncludeOptional " + directory + "/sites-enabled/*.conf");
    Files.writeString(config(directory), main.indented(""));
    Files.createDirectories(directory.resolve("htdocs"));
    Path sites = Files.createDirectories(directory.resolve("sites-enabled"));
    Files.writeString(sites.resolve("shop.conf"), host(site, directory));
    if (site.own == Site.Own.PASSWORD) {
      Files.writeString(directory.resolve("users"), "owner:$apr1$x$w9gGk4eY3pZ0f9dV1Qq0N1\n");
    }
  }

  private static String host(Site site, Path directory) {
    Lines lines = new Lines();
    if (!site.name.equals(Site.NAME)) {
      lines.add("<VirtualHost 127.0.0.1:" + site.port + ">");
      lines.add("  ServerName default.example");
      lines.add("  DocumentRoot " + directory + "/htdocs");
      lines.add("</VirtualHost>");
    }
    lines.add("<VirtualHost 127.0.0.1:" + site.port + ">");
    lines.add("  ServerName " + site.name);
    lines.add("  DocumentRoot " + directory + "/htdocs");
    if (site.certificate != null) {
      lines.add("  SSLEngine on");
      lines.add("  SSLCertificateFile " + site.certificate);
      lines.add("  SSLCertificateKeyFile " + site.key);
    }
    lines.addIf(site.keepsHost, "  ProxyPreserveHost On");
    if (site.tls) {
      lines.add("  SSLProxyEngine on");
      lines.add("  SSLProxyVerify " + (site.trusts == null ? "none" : "require"));
      lines.addIf(site.trusts != null, "  SSLProxyCACertificateFile " + site.trusts);
      lines.add(
          "  SSLProxyCheckPeerName "
              + (site.expects != null && site.trusts != null ? "on" : "off"));
      lines.addIf(site.trusts == null, "  SSLProxyCheckPeerExpire off");
    }
    lines.add("  ProxyPass /well/ http://127.0.0.1:" + site.wellPort + "/well/");
    route(site, lines, directory);
    lines.add("</VirtualHost>");
    return lines.indented("");
  }

  private static void route(Site site, Lines lines, Path directory) {
    if (site.own != null) {
      switch (site.own) {
        case UNAVAILABLE -> {
          lines.add("  RedirectMatch 503 ^" + Site.ROUTE);
          return;
        }
        case FORBIDDEN, PASSWORD -> {
          lines.add("  <Location " + Site.ROUTE + ">");
          if (site.own == Site.Own.FORBIDDEN) {
            lines.add("    Require all denied");
          } else {
            lines.add("    AuthType Basic");
            lines.add("    AuthName owners");
            lines.add("    AuthUserFile " + directory + "/users");
            lines.add("    Require valid-user");
          }
          lines.add("  </Location>");
        }
        case NOTHING -> throw new AssertionError("Apache always answers");
        case NO_ROUTE -> {
          return;
        }
      }
    }
    lines.addIf(site.drops != null, "  RequestHeader unset " + site.drops);
    String path = site.strips ? "/" : Site.ROUTE;
    String waits = site.patient ? "" : " connectiontimeout=800ms timeout=1";
    String upgrade = site.upgrades ? " upgrade=websocket" : "";
    if (!site.pool() || (site.to.size() == 1 && site.keepsOpen)) {
      lines.add(
          "  ProxyPass " + Site.ROUTE + " " + url(site, site.to.get(0)) + path + waits + upgrade);
      return;
    }
    lines.addIf(site.healthPath != null, "  ProxyHCExpr good {%{REQUEST_STATUS} =~ /^[23]/}");
    lines.add("  <Proxy balancer://app>");
    int count = 0;
    for (String peer : site.to) {
      StringBuilder member = new StringBuilder("    BalancerMember ").append(url(site, peer));
      member.append(waits);
      member.append(site.maxFails > 0 ? " retry=300" : " retry=0");
      member.append(site.disabled && count++ == 0 ? " status=+D" : "");
      if (site.healthPath != null) {
        member.append(" hcmethod=GET hcexpr=good hcinterval=1 hcpasses=1 hcfails=1 hcuri=");
        member.append(site.healthPath);
      }
      lines.add(member.toString());
    }
    lines.addIf(site.maxFails > 0, "    ProxySet forcerecovery=Off");
    lines.addIf(!site.failsOver, "    ProxySet nofailover=On");
    lines.add("  </Proxy>");
    lines.add("  ProxyPass " + Site.ROUTE + " balancer://app" + path);
  }

  private static String url(Site site, String peer) {
    return peer.startsWith("unix:")
        ? peer + "|" + site.scheme() + "://localhost"
        : site.scheme() + "://" + peer;
  }

  @Override
  public Path config(Path directory) {
    return directory.resolve("apache2.conf");
  }

  @Override
  public Path log(Path directory) {
    return directory.resolve("error.log");
  }

  @Override
  public List<String> command(Path directory) {
    return List.of("apache2", "-f", config(directory).toString(), "-D", "FOREGROUND");
  }

  @Override
  public Map<String, String> substitutes(Path directory, long pid) {
    // Debian's own would read the settings of the machine's.
    String control =
        """
        case "$*" in
          *-f*) exec /usr/sbin/apache2 "$@" ;;
          *configtest*) exec /usr/sbin/apache2 -f %1$s -t ;;
          *graceful*) exec /usr/sbin/apache2 -f %1$s -k graceful ;;
          *) exec /usr/sbin/apache2 -f %1$s "$@" ;;
        esac"""
            .formatted(config(directory));
    return Map.of(
        "systemctl", "exec kill -USR1 " + pid, "apachectl", control, "apache2ctl", control);
  }
}
