package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R8: no page of another site reads the bus, and no other name leads to it. */
@Timeout(60)
class R8CrossSiteTest {
  private static final List<String> TRANSPORTS =
      List.of("raw", "framed", "xhr", "xhr_streaming", "eventsource");

  private static Service service;

  @BeforeAll
  static void start() {
    service = Service.start(Service.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void ofTwelveOriginsOnFiveTransportsTwoConnect() {
    // Given
    Map<String, Boolean> origins = new LinkedHashMap<>();
    origins.put("http://127.0.0.1:" + service.port(), true);
    origins.put("https://status.example.com", true);
    for (String foreign :
        List.of(
            "https://evil.example",
            "http://evil.example:" + service.port(),
            "http://127.0.0.1",
            "http://127.0.0.1:1",
            "http://status.example.com",
            "https://status.example.com.evil.example",
            "https://evil.example/https://status.example.com",
            "null",
            "file://",
            "http://user@127.0.0.1:" + service.port())) {
      origins.put(foreign, false);
    }
    // When
    Set<String> connected = new TreeSet<>();
    Set<String> expected = new TreeSet<>();
    int number = 0;
    for (Map.Entry<String, Boolean> origin : origins.entrySet()) {
      for (String transport : TRANSPORTS) {
        number++;
        if (origin.getValue()) {
          expected.add(origin.getKey() + " " + transport);
        }
        if (connects(transport, "/eventbus/1/s" + number, Map.of("Origin", origin.getKey()))) {
          connected.add(origin.getKey() + " " + transport);
        }
      }
    }
    // Then
    System.out.printf(
        "R8: %d origins on %d transports, %d of %d connect%n",
        origins.size(), TRANSPORTS.size(), connected.size(), number);
    assertEquals(12, origins.size());
    assertEquals(expected, connected);
  }

  private static boolean connects(String transport, String session, Map<String, String> headers) {
    return switch (transport) {
      case "raw" -> opens("/eventbus/websocket", headers);
      case "framed" -> opens(session + "/websocket", headers);
      case "eventsource" ->
          service.status(HttpMethod.GET, session + "/eventsource", headers) == 200;
      default -> service.status(HttpMethod.POST, session + "/" + transport, headers) == 200;
    };
  }

  private static boolean opens(String path, Map<String, String> headers) {
    return Service.await(
        service
            .handshake(path, headers)
            .map(
                socket -> {
                  socket.close();
                  return true;
                })
            .otherwise(false));
  }

  @Test
  void foreignHostIsMisdirectedOnEveryRoute() {
    // Given
    Set<String> open = Set.of("/health/live", "/health/ready", "/-/healthy", "/-/ready");
    List<String> answered = new ArrayList<>();
    int asked = 0;
    // When
    for (String path : service.paths()) {
      String concrete = path.replaceAll(":[a-z]+", "x");
      for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST)) {
        asked++;
        int status = service.status(method, concrete, Map.of("Host", "attacker.tld"));
        if (status != 421 && !open.contains(path)) {
          answered.add(method + " " + path + " " + status);
        }
      }
    }
    // Then
    System.out.printf("R8: Host attacker.tld gets 421, %d requests%n", asked);
    assertEquals(List.of(), answered);
  }
}
