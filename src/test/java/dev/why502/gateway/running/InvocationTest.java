package dev.why502.gateway.running;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.definition.Gateway.Kind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines as they stand in /proc; a comma here is a NUL there. */
class InvocationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "NGINX|nginx: master process /usr/sbin/nginx|true|[]|-",
        "NGINX|nginx: master process nginx -p /srv/n -c my.conf -g daemon off;|true|[my.conf]|/srv/n",
        "NGINX|nginx: master process /usr/sbin/nginx -c/etc/own.conf|true|[/etc/own.conf]|-",
        "NGINX|nginx,-qc,/etc/own.conf|true|[/etc/own.conf]|-",
        "NGINX|nginx,-t,-c,/etc/own.conf|false|[/etc/own.conf]|-",
        "NGINX|nginx,-s,reload|false|[]|-",
        "HAPROXY|/usr/sbin/haproxy,-Ws,-f,/etc/haproxy/haproxy.cfg,-p,/run/h.pid|true"
            + "|[/etc/haproxy/haproxy.cfg]|-",
        "HAPROXY|haproxy,-f,a.cfg,-C,/srv/h,-f,conf.d,-sf,12,13|true|[a.cfg, conf.d]|/srv/h",
        "HAPROXY|haproxy,-D,--,a.cfg,b.cfg|true|[a.cfg, b.cfg]|-",
        "HAPROXY|haproxy,-c,-f,a.cfg|false|[a.cfg]|-",
        "APACHE|/usr/sbin/apache2,-k,start|true|[]|-",
        "APACHE|httpd,-DFOREGROUND,-d,/srv/a,-f,own.conf|true|[own.conf]|/srv/a",
        "APACHE|httpd,-f/etc/own.conf,-kstart|true|[/etc/own.conf]|-",
        "APACHE|httpd,-k,graceful|false|[]|-",
        "APACHE|apache2,-S|false|[]|-",
        "CADDY|/usr/bin/caddy,run,--environ,--config,/etc/caddy/Caddyfile|true"
            + "|[/etc/caddy/Caddyfile]|-",
        "CADDY|caddy,run,--config=own.json,--watch|true|[own.json]|-",
        "CADDY|caddy,run,-c,own|true|[own]|-",
        "CADDY|caddy,run|true|[]|-",
        "CADDY|caddy,reverse-proxy,--to,:3000|true|[]|-",
        "CADDY|caddy,run,--resume|true|[]|-",
        "CADDY|caddy,reload,--config,x|false|[]|-",
      })
  void commandLineTellsItsFiles(
      Kind kind, String line, boolean serves, String configs, String directory) {
    // When
    Invocation invocation = Invocation.of(kind, List.of(line.split(",")));

    // Then
    assertEquals(serves, invocation.serves());
    assertEquals(configs, invocation.configs().toString());
    assertEquals(directory, invocation.directory());
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, NGINX",
    "nginx-debug, NGINX",
    "/usr/sbin/haproxy, HAPROXY",
    "apache2, APACHE",
    "httpd.worker, APACHE",
    "caddy, CADDY",
    "nginx_exporter,",
    "caddyshack,",
    "busybox,",
    "sh,"
  })
  void programNameTellsItsKind(String program, Kind kind) {
    // When
    Kind told = Programs.kind(program);

    // Then
    assertEquals(kind, told);
  }
}
