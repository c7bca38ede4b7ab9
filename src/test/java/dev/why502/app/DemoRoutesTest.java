package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoRoutesTest {
  private static final DemoRoutes ROUTES =
      DemoRoutes.parse(
          """
          server {
              server_name shop.localhost;
              location / { proxy_pass http://127.0.0.1:4001; }
              location /api/ { proxy_pass http://127.0.0.1:4002/v2/; }
          }
          """);

  @ParameterizedTest
  @CsvSource({
    "/, 4001, /",
    "/apis, 4001, /apis",
    "/api/, 4002, /v2/",
    "/api/templates?limit=6, 4002, /v2/templates?limit=6"
  })
  void longestPrefixDecidesAndIsReplaced(String path, int port, String rewritten) {
    // When
    DemoRoutes.Location location = ROUTES.of(path);

    // Then
    assertNotNull(location);
    assertEquals(port, location.port());
    assertEquals(rewritten, location.rewritten(path));
  }

  @ParameterizedTest
  @CsvSource({"*", "api"})
  void pathOutsideEveryLocationHasNoRoute(String path) {
    assertNull(ROUTES.of(path));
    assertEquals("shop.localhost", ROUTES.serverName());
  }
}
