package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our compilation of Caddyfiles against {@code caddy adapt}: the same servers and routes. */
class CaddyAdaptTest {
  private static final Path FILES = Path.of("src/test/resources/caddy").toAbsolutePath();

  /** Handlers of which only their being there counts. */
  private static final List<String> NAME_ONLY =
      List.of(
          "encode",
          "templates",
          "push",
          "metrics",
          "acme_server",
          "map",
          "authentication",
          "tracing",
          "copy_response_headers");

  @BeforeAll
  static void caddyIsThere() {
    RealCaddy.require();
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(FILES)) {
      return all.filter(file -> file.toString().endsWith(".caddyfile")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void sameServersAndRoutes(Path file) {
    // Given
    RealCaddy.Heard said = RealCaddy.adapt(file);
    CaddyNode root = CaddyJson.read("adapted", said.out(), null).root();
    assertNotNull(root, said.errors());

    // When
    CaddyConfig config = CaddyConfig.read(file.toString(), System::getenv);

    // Then
    assertEquals(List.of(), config.faults());
    CaddyNode apps = root.node("apps");
    CaddyNode http = apps == null ? null : apps.node("http");
    CaddyNode servers = http == null ? null : http.node("servers");
    Map<String, Object> expected = servers == null ? Map.of() : new TreeMap<>(servers.members());
    assertEquals(shown(expected), shown(new TreeMap<>(unredirected(file))));
  }

  /** Before automatic HTTPS adds its redirects. */
  private static Map<String, CaddyNode> unredirected(Path file) {
    CaddyConfig config = CaddyConfig.read(file.toString(), System::getenv);
    Map<String, CaddyNode> nodes = config.nodes();
    nodes.values().forEach(CaddyAdaptTest::withoutRedirects);
    return nodes;
  }

  private static void withoutRedirects(CaddyNode server) {
    List<CaddyNode> routes = new ArrayList<>(server.nodes("routes"));
    routes.removeIf(r -> r.nodes("handle").stream().anyMatch(h -> h.on("@redirect")));
    server.members().remove("routes");
    server.putUnlessEmpty("routes", routes);
  }

  private static String shown(Map<String, ?> servers) {
    StringBuilder out = new StringBuilder();
    Map<String, String> groups = new TreeMap<>();
    servers.forEach((name, server) -> show(out.append(name), server, "\n  ", groups));
    return out.toString();
  }

  private static void show(
      StringBuilder out, Object value, String indent, Map<String, String> groups) {
    if (value instanceof CaddyNode node) {
      boolean bare = NAME_ONLY.contains(node.text("handler", ""));
      for (Map.Entry<String, Object> each : new TreeMap<>(node.members()).entrySet()) {
        String name = each.getKey();
        if ((bare && !name.equals("handler")) || left(node, name)) {
          continue;
        }
        out.append(indent).append(name).append(':');
        if (name.equals("group")) {
          out.append(
              groups.computeIfAbsent(String.valueOf(each.getValue()), none -> "g" + groups.size()));
        } else if (name.equals("tls_connection_policies")) {
          out.append(node.nodes(name).size());
        } else {
          show(out, each.getValue(), indent + "  ", groups);
        }
      }
    } else if (value instanceof List<?> list) {
      for (Object each : list) {
        out.append(indent).append("- ");
        show(out, each, indent + "  ", groups);
      }
    } else {
      out.append(' ').append(value);
    }
  }

  private static boolean left(CaddyNode node, String name) {
    return switch (name) {
      case "hide", "logs", "protocols", "listener_protocols", "body" -> true;
      case "response" -> true;
      case "dynamic_upstreams", "selection_policy" -> true;
      default -> name.equals("headers") && node.text("handler", "").equals("static_response");
    };
  }
}
