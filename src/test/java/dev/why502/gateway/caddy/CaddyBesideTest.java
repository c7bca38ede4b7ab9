package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a change of a reverse_proxy can be made at. */
class CaddyBesideTest {
  private static final int PORT = 8081;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reverse_proxy a:1                                               | ''
          reverse_proxy a:1 {;header_up Host b;header_up +X-A c;}         | header_up host=3
          reverse_proxy a:1 {;header_up -Upgrade;}                        | header_up upgrade=3
          reverse_proxy a:1 {;transport http {;response_header_timeout 1s;};} | response_header_timeout=4 transport=3
          handle_path /x/* {;reverse_proxy a:1;}                          | handle_path=2
          handle /x/* {;reverse_proxy a:1;}                               | handle=2
          uri strip_prefix /x;reverse_proxy a:1                           | uri strip_prefix=2
          uri strip_prefix /other;reverse_proxy a:1                       | ''
          uri replace /x/ /y/;reverse_proxy a:1                           | uri replace=2
          rewrite /x/* /v1{uri};reverse_proxy a:1                         | rewrite=2
          reverse_proxy a:1 {;rewrite /v1{uri};}                          | rewrite=3
          uri strip_prefix /x;uri replace /y /z;reverse_proxy a:1         | ''
          """)
  void linesAreNamed(String lines, String expected) throws IOException {
    // Given
    String text = "http://:" + PORT + " {\n" + lines.replace(";", "\n") + "\n}\n";
    Path file = Files.writeString(folder.resolve("Caddyfile"), text);
    CaddyConfig config = CaddyConfig.read(file.toString(), name -> null);
    Target target =
        new Target(
            Scheme.HTTP,
            Endpoint.of("127.0.0.1", PORT),
            "/x/y",
            "http://127.0.0.1:" + PORT + "/x/y");

    // When
    CaddyDraft draft = new CaddyDraft();
    CaddyArrival.of(target, Request.GET, null).route(config, draft);

    // Then
    assertNotNull(draft.pass);
    assertEquals(
        expected,
        draft.pass.beside().entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue().line())
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reverse_proxy /x/* a:1  | reverse_proxy /x/* a:1
          handle /x/* {;reverse_proxy a:1;} | handle /x/* {
          """)
  void matcherIsPartOfTheLine(String lines, String expected) throws IOException {
    // Given
    String text = "http://:" + PORT + " {\n" + lines.replace(";", "\n") + "\n}\n";
    Path file = Files.writeString(folder.resolve("Caddyfile"), text);
    CaddyConfig config = CaddyConfig.read(file.toString(), name -> null);
    Target target =
        new Target(
            Scheme.HTTP, Endpoint.of("127.0.0.1", PORT), "/x/y", "http://127.0.0.1:8081/x/y");

    // When
    CaddyDraft draft = new CaddyDraft();
    CaddyArrival.of(target, Request.GET, null).route(config, draft);

    // Then
    assertNotNull(draft.location);
    assertEquals(expected, draft.location.text());
  }
}
