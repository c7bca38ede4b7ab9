package dev.why502.gateway.running;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.definition.Gateway.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigKindTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "site.conf|events {}\\nhttp {\\n server {\\n  proxy_pass http://a;\\n }\\n}|NGINX",
        "lb.cfg|global\\n  maxconn 100\\nfrontend web\\n  bind :80\\n  default_backend app|HAPROXY",
        "site.conf|Listen 80\\n<VirtualHost *:80>\\n  ServerName a\\n  ProxyPass / http://b/\\n|APACHE",
        "site.txt|shop.example {\\n  reverse_proxy localhost:3000\\n}|CADDY",
        "site.txt|{\"apps\": {\"http\": {}}}|CADDY",
        "haproxy.cfg||HAPROXY",
        "httpd.conf||APACHE",
        "Caddyfile||CADDY",
        "own.Caddyfile||CADDY",
        "notes.txt|dear diary|",
      })
  void nameOrContentTellsTheKind(String name, String content, Kind kind) throws IOException {
    // Given
    Path file = directory.resolve(name);
    Files.writeString(file, content == null ? "" : content.replace("\\n", "\n"));

    // When
    Kind told = ConfigKind.of(file);

    // Then
    assertEquals(kind, told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026/11/22 18:37:38 [error] 4563#4563: *1 connect() failed|NGINX",
        "[Sun Nov 22 18:37:38.123456 2026] [proxy:error] [pid 12:tid 34] AH00957: x|APACHE",
        "Nov 22 18:37:38 web haproxy[12]: 127.0.0.1:4 [x] web app/s1 0/0 503 |HAPROXY",
        "{\"level\":\"error\",\"ts\":1.5,\"logger\":\"http.log.error\",\"msg\":\"x\"}|CADDY",
        "hello|",
      })
  void firstLinesTellWhoseLogItIs(String line, Kind kind) throws IOException {
    // Given
    Path log = directory.resolve("own.log");
    Files.writeString(log, line + "\n");

    // When
    Kind told = ConfigKind.ofLog(log);

    // Then
    assertEquals(kind, told);
  }

  @Test
  void absentFileTellsByItsNameOnly() {
    // When
    Kind told = ConfigKind.of(directory.resolve("absent.conf"));

    // Then
    assertNull(told);
  }
}
