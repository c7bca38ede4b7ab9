package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we call a fault, the real Caddy refuses. */
class CaddyFaultsTest {
  @TempDir Path folder;

  @BeforeAll
  static void caddyIsThere() {
    RealCaddy.require();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.example {;reverse_proxi 127.0.0.1:1;}                          | 2 | unrecognized directive
          a.example {;reverse_proxy http://127.0.0.1:1/path;}              | 2 | parsing upstream
          a.example {;reverse_proxy http://a:443;}                         | 2 | conflicting scheme
          a.example {;reverse_proxy https://a b;}                          | 2 | same scheme
          a.example {;reverse_proxy a {;lb_polcy first;};}                 | 3 | unrecognized subdirective
          a.example {;reverse_proxy a {;fail_duration soon;};}             | 3 | bad duration
          a.example {;reverse_proxy http://a {;transport http {;tls;};};}  | 2 | HTTP+TLS
          a.example {;respond @x 200;}                                     | 2 | unrecognized matcher
          a.example {;@x path /a;@x path /b;respond @x 200;}               | 3 | defined more than once
          a.example {;import nothing.conf;}                                | 2 | not found
          a.example {;respond 200                                          | 1 | unexpected end
          a.example {;respond 200;};}                                      | 4 | unexpected '}'
          a.example {;respond 200;};a.example {;respond 201;}              | 4 | ambiguous
          a.example:port {;respond 200;}                                   | 1 | invalid port
          http://a.example:443 {;respond 200;}                             | 1 | violate convention
          a.example {;redir /a /b 200x;}                                   | 2 | redir code
          a.example {;handle_path api {;respond 200;};}                    | 2 | must begin with
          a.example {;root;}                                               | 2 | too few
          a.example {;forward_auth a;}                                     | 2 | 'uri'
          a.example {;uri remove /a;}                                      | 2 | URI manipulation
          a.example {;respond 200 {;oops;};}                               | 3 | unrecognized subdirective
          a.example {;handle x {;respond 200;};}                           | 2 | argument
          {;http_prt 80;}                                                  | 2 | unrecognized global option
          {;http_port eighty;}                                             | 2 | converting port
          a.example {;respond 200;};{;debug;}                              | 4 | must be first
          (s) {;respond 200;};(s) {;respond 201;};a.example {;import s;}   | 4 | redeclaration
          http://a.example:81 {;respond 1;};https://b.example:81 {;respond 2;} | 4 | multiplex
          a.example {;@x query abc;respond @x 200;}                        | 2 | malformed query
          a.example {;@x header abc;respond @x 200;}                       | 2 | malformed header
          """)
  void faultIsNamedWithItsLine(String lines, int line, String message) throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("Caddyfile"), lines.replace(";", "\n") + "\n");
    RealCaddy.Heard said = RealCaddy.adapt(file);

    // When
    CaddyConfig config = CaddyConfig.read(file.toString(), name -> null);

    // Then
    assertTrue(said.status() != 0, "Caddy takes it: " + said.out());
    assertTrue(!config.faults().isEmpty(), said.errors());
    String fault = config.faults().get(0);
    assertTrue(fault.contains(message), fault);
    assertEquals(file + ":" + line, fault.substring(0, fault.indexOf(": ")));
  }
}
