package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code import}: definitions of a gateway's own configuration. */
@Timeout(60)
@Isolated("what it measures or catches is the process's own")
class ImportTest {
  @TempDir Path directory;

  @BeforeEach
  void real() throws Exception {
    directory = directory.toRealPath();
  }

  @Test
  void nginxBecomesDefinitionsThatAPersonWouldKeep() throws Exception {
    // Given
    Path config =
        write(
            """
            error_log error.log;
            events {}
            http {
              upstream backend {
                server 127.0.0.1:3001;
                server 127.0.0.1:3002 backup;
                server 127.0.0.1:3003 down;
              }
              server {
                listen 8080;
                server_name shop.invalid www.shop.invalid;
                location / {
                  proxy_pass http://backend;
                  proxy_set_header Host $host;
                  proxy_set_header Authorization "Basic c2VjcmV0OnNlY3JldA==";
                }
                location /api/ {
                  proxy_pass http://127.0.0.1:4000/;
                }
                location ~ \\.php$ {
                  fastcgi_pass unix:/run/php.sock;
                }
              }
              server {
                listen 8081;
                server_name *.shop.invalid;
                location /files/ {
                  proxy_pass http://unix:/run/app.sock;
                }
              }
              server {
                listen 127.0.0.1:8082 default_server;
                location / {
                  proxy_pass http://localhost:4000;
                }
              }
            }
            """);

    // When
    CommandRun run = CommandRun.of("import", "--nginx", config.toString());

    // Then
    assertEquals(0, run.status(), run.err());
    assertEquals(
        """
        {
          "defaults": {
            "interval": "10s",
            "timeout": "5s"
          },
          "gateways": [
            {
              "id": "nginx",
              "kind": "nginx",
              "config": "DIRECTORY/own.conf",
              "errorLog": "DIRECTORY/error.log"
            }
          ],
          "probes": [
            {
              "id": "shop.invalid",
              "target": "http://shop.invalid:8080/",
              "gateway": "nginx",
              "upstreams": ["backend-3001", "backend-3002"],
              "request": { "connectTo": "127.0.0.1:8080" }
            },
            {
              "id": "shop.invalid-api",
              "target": "http://shop.invalid:8080/api/",
              "gateway": "nginx",
              "upstreams": ["upstream-4000"],
              "request": { "connectTo": "127.0.0.1:8080" }
            },
            {
              "id": "shop.invalid-index.php",
              "target": "http://shop.invalid:8080/index.php",
              "gateway": "nginx",
              "request": { "connectTo": "127.0.0.1:8080" }
            },
            {
              "id": "www.shop.invalid-files",
              "target": "http://www.shop.invalid:8081/files/",
              "gateway": "nginx",
              "upstreams": ["app"],
              "request": { "connectTo": "127.0.0.1:8081" }
            },
            {
              "id": "default-8082",
              "target": "http://127.0.0.1:8082/",
              "gateway": "nginx",
              "upstreams": ["upstream-4000"]
            },
            {
              "id": "backend-3001",
              "target": "http://127.0.0.1:3001/",
              "request": { "headers": { "Host": "shop.invalid" } }
            },
            {
              "id": "backend-3002",
              "target": "http://127.0.0.1:3002/",
              "request": { "headers": { "Host": "shop.invalid" } }
            },
            { "id": "upstream-4000", "target": "http://127.0.0.1:4000/" },
            { "id": "app", "target": "unix:/run/app.sock:/files/" }
          ]
        }
        """
            .replace("DIRECTORY", directory.toString()),
        run.out());
    assertFalse((run.out() + run.err()).contains("c2VjcmV0"), run.err());
    assertTrue(run.err().contains("127.0.0.1:3003 is marked down"), run.err());
    assertTrue(run.err().contains("unix:/run/php.sock speaks fastcgi"), run.err());
  }

  @Test
  void whatIsPrintedIsAcceptedByCheck() throws Exception {
    // Given
    Path config =
        write(
            """
            events {}
            http {
              server {
                listen 127.0.0.1:8080;
                location /api/ { proxy_pass http://127.0.0.1:1/; }
                location = /${x}%20y { proxy_pass http://127.0.0.1:1; }
              }
            }
            """);
    Path definitions = directory.resolve("own.json");
    Files.writeString(definitions, CommandRun.of("import", "--nginx", config.toString()).out());

    // When
    CommandRun run = CommandRun.of("check", "--definitions", definitions.toString(), "--json");

    // Then
    assertEquals(1, run.status(), run.err());
    assertEquals("nginx", run.verdict().getString("gateway"));
    assertEquals("upstream-refused", run.verdict().getString("cause"));
    // What stands for itself is down in a check too.
    assertFalse(run.out().contains("\"state\" : \"up\""), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "haproxy|defaults#  mode http#  timeout connect 1s#  timeout client 5s#  timeout server 5s"
            + "#frontend web#  bind 127.0.0.1:8080#  default_backend app#backend app"
            + "#  server s1 127.0.0.1:1#|http://127.0.0.1:8080/|app",
        "apache|Listen 127.0.0.1:8080#LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so"
            + "#LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so"
            + "#<VirtualHost 127.0.0.1:8080>"
            + "#  ServerName localhost#  ProxyPass / http://127.0.0.1:1/#</VirtualHost>#"
            + "|http://localhost:8080/|upstream-1",
        "caddy|http://127.0.0.1:8080 {#  reverse_proxy 127.0.0.1:1#}#"
            + "|http://127.0.0.1:8080/|upstream-1",
      })
  void everyKindBecomesDefinitionsThatAreAccepted(
      String kind, String text, String target, String upstream) throws Exception {
    // Given
    if (kind.equals("apache")) {
      RealSite.requireProgram("apache2", "-v");
    }
    Path config = write(text.replace('#', '\n'));

    // When
    CommandRun run = CommandRun.of("import", "--" + kind, config.toString());

    // Then
    assertEquals(0, run.status(), run.err());
    Path definitions = Files.writeString(directory.resolve("own.json"), run.out());
    Definitions read = Loaded.file(definitions);
    assertNotNull(read, run.out());
    assertEquals(
        List.of(target),
        read.probes().stream()
            .filter(p -> p.gateway() != null)
            .map(p -> p.target().text())
            .toList());
    assertEquals(List.of(upstream), read.probes().get(0).upstreams());
    assertEquals(kind, read.gateways().get(0).id());
  }

  @Test
  void absentFileIsOneError() throws Exception {
    // When
    CommandRun run = CommandRun.of("import", "--nginx", directory.resolve("absent").toString());

    // Then
    refused(run, "no such file");
  }

  @Test
  void brokenFileIsOneError() throws Exception {
    // Given
    Path config = write("events {}\nhttp {\n  server {\n    listen 80\n  }\n");

    // When
    CommandRun run = CommandRun.of("import", "--nginx", config.toString());

    // Then
    refused(run, "own.conf:");
  }

  @Test
  void fileThatPassesNothingOnIsOneError() throws Exception {
    // Given
    Path config = write("events {}\nhttp { server { listen 80; root /srv; } }\n");

    // When
    CommandRun run = CommandRun.of("import", "--nginx", config.toString());

    // Then
    refused(run, "nothing in it passes requests on");
  }

  private static void refused(CommandRun run, String because) {
    assertEquals(2, run.status());
    assertEquals("", run.out());
    assertTrue(run.err().contains(because), run.err());
    assertEquals(1, run.err().lines().filter(line -> line.startsWith("why502: ")).count());
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("own.conf"), text);
  }
}
