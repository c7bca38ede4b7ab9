package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation.StatusRange;
import dev.why502.definition.Gateway;
import dev.why502.definition.Objective;
import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Threshold;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionsReaderTest {
  private static final Path BASE = Path.of("/srv/site");

  @Test
  void shippedDefinitionsHaveNoProblems() {
    // Given
    DefinitionsReader reader = new DefinitionsReader(name -> null);
    // When
    Reading reading = reader.read(Path.of("conf/probes.json"));
    // Then
    assertEquals(List.of(), reading.problems());
    Definitions definitions = reading.definitions();
    assertNotNull(definitions);
    assertEquals(
        List.of(
            "home",
            "templates",
            "permissions",
            "backend",
            "frontend",
            "admin",
            "admin-frontend",
            "classroom"),
        definitions.probes().stream().map(Probe::id).toList());
    assertTrue(definitions.probes().stream().allMatch(probe -> probe.description() != null));
  }

  @Test
  void everyKeyReachesItsRecord() {
    // Given
    String json =
        """
        {"$schema": "probes.schema.json",
         "defaults": {"interval": "1m", "timeout": "3s", "threshold": {"failures": 3}},
         "gateways": [{"id": "g", "kind": "haproxy", "config": "haproxy.cfg", "errorLog": "/var/log/h.log",
                       "accessLog": "a.log", "admin": "/run/haproxy/admin.sock"}],
         "control": ["192.0.2.1:53", "[::1]:80"],
         "probe": {"allow": ["*.example.com", "10.0.0.0/8:443", "127.0.0.1:*", "[fd00::]/8", "::1"], "modules": {}},
         "deadman": {"url": "https://hc.example/ping", "interval": "60s"},
         "maintenance": [], "remedies": [],
         "probes": [
           {"id": "e", "target": "https://Bücher.example:8443/a?b=c%20d#f", "description": "d",
            "labels": {"team": "web", "app.kubernetes.io/name": "x"}, "enabled": false,
            "gateway": "g", "upstreams": ["u"], "interval": "500ms", "timeout": "1m30s",
            "threshold": {"successes": 2}, "artifacts": ["build/id", "/abs"], "logs": ["x.log"],
            "objective": {"target": "99.95%", "window": "7d"},
            "process": {"systemd": "app@1.service"},
            "request": {"method": "POST", "headers": {"Host": "h", "X-A": ["1", "2"]}, "body": "{}",
                        "connectTo": "127.0.0.1:8443", "followRedirects": true, "insecure": true,
                        "ca": "ca.pem", "httpVersion": "2"},
            "expect": {"status": [200, "3xx", "404-410"], "within": "2s", "bodyContains": "ok",
                       "bodyMatches": "^o", "json": {"$.a[0]": {"b": [1.10, null, "x"]}, "c.0": true},
                       "header": {"Server": "nginx"}, "certificateDays": 14}},
           {"id": "u", "target": "unix:/run/app.sock:/status?x"}]}
        """;
    // When
    Definitions read = accepted(json);
    // Then
    Probe e = read.probes().get(0);
    Probe u = read.probes().get(1);
    assertEquals(
        new Gateway(
            "g",
            Gateway.Kind.HAPROXY,
            "/srv/site/haproxy.cfg",
            "/var/log/h.log",
            "/srv/site/a.log",
            "/run/haproxy/admin.sock"),
        read.gateway("g"));
    assertEquals(List.of(Endpoint.of("192.0.2.1", 53), Endpoint.of("::1", 80)), read.control());
    assertEquals(5, read.allow().size());
    assertEquals(Endpoint.of("xn--bcher-kva.example", 8443), e.target().endpoint());
    assertEquals("/a?b=c%20d", e.target().path());
    assertEquals("https://Bücher.example:8443/a?b=c%20d#f", e.target().text());
    assertEquals("d", e.description());
    assertEquals(Map.of("team", "web", "app.kubernetes.io/name", "x"), e.labels());
    assertEquals(false, e.enabled());
    assertEquals("g", e.gateway());
    assertEquals(List.of("u"), e.upstreams());
    assertEquals(Duration.ofMillis(500), e.interval());
    assertEquals(Duration.ofSeconds(90), e.timeout());
    assertEquals(new Threshold(3, 2), e.threshold());
    assertEquals(new Objective(0.9995, Duration.ofDays(7)), e.objective());
    assertEquals(List.of("/srv/site/build/id", "/abs"), e.artifacts());
    assertEquals(List.of("/srv/site/x.log"), e.logs());
    assertEquals(new ProcessSelector(ProcessSelector.Kind.SYSTEMD, "app@1.service"), e.process());
    assertEquals("POST", e.request().method());
    assertEquals(
        List.of(new Header("Host", "h"), new Header("X-A", "1"), new Header("X-A", "2")),
        e.request().headers());
    assertEquals("{}", e.request().body());
    assertEquals(Endpoint.of("127.0.0.1", 8443), e.request().connectTo());
    assertTrue(e.request().followRedirects() && e.request().insecure());
    assertEquals("/srv/site/ca.pem", e.request().ca());
    assertEquals("2", e.request().httpVersion());
    assertEquals(
        List.of(new StatusRange(200, 200), new StatusRange(300, 399), new StatusRange(404, 410)),
        e.expect().status());
    assertEquals(Duration.ofSeconds(2), e.expect().within());
    assertEquals("ok", e.expect().bodyContains());
    assertEquals("^o", e.expect().bodyMatches());
    assertEquals(Map.of("$.a[0]", "{\"b\":[1.10,null,\"x\"]}", "c.0", "true"), e.expect().json());
    assertEquals(Map.of("Server", "nginx"), e.expect().header());
    assertEquals(14, e.expect().certificateDays());
    assertEquals(Scheme.UNIX, u.target().scheme());
    assertEquals(Endpoint.unix("/run/app.sock"), u.target().endpoint());
    assertEquals("/status?x", u.target().path());
    assertEquals(Duration.ofMinutes(1), u.interval());
    assertEquals(Duration.ofSeconds(3), u.timeout());
    assertNull(u.upstreams());
  }

  @Test
  void unchangedProbesAreEqualAcrossReadings() {
    // Given
    String before =
        """
        {"probes": [
          {"id": "a", "target": "http://h/", "labels": {"x": "1", "y": "2"},
           "expect": {"status": [200], "json": {"$.a": {"b": 1}}, "header": {"Server": "x"}},
           "request": {"headers": {"A": "b"}}, "upstreams": ["b"], "logs": ["l"]},
          {"id": "b", "target": "tcp://127.0.0.1:1"}]}
        """;
    // When
    Definitions first = accepted(before);
    Definitions second =
        accepted(before.replace("127.0.0.1:1", "127.0.0.1:2").replace("  ", " \n "));
    // Then
    assertEquals(first.probe("a"), second.probe("a"));
    assertTrue(!first.probes().get(1).equals(second.probes().get(1)));
  }

  @Test
  void fiftyThousandProbesAreReadQuickly() {
    // Given
    StringBuilder json = new StringBuilder("{\"probes\": [");
    for (int i = 0; i < Limits.PROBES; i++) {
      json.append(i == 0 ? "" : ",").append("{\"id\":\"p").append(i);
      json.append("\",\"target\":\"http://10.0.0.1:80/").append(i).append("\",\"upstreams\":[");
      json.append(i == 0 ? "" : "\"p" + (i - 1) + "\"").append("]}");
    }
    byte[] bytes = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    DefinitionsReader reader = new DefinitionsReader(name -> null);
    long quickestMillis = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      // When
      Reading reading = reader.read(bytes, BASE);
      quickestMillis = Math.min(quickestMillis, (System.nanoTime() - start) / 1_000_000);
      // Then
      assertEquals(List.of(), reading.problems());
      assertNotNull(reading.definitions());
      assertEquals(Limits.PROBES, reading.definitions().probes().size());
    }
    // Alone it takes a quarter of a second; the rest is for a busy machine.
    assertTrue(quickestMillis < 2_000, quickestMillis + " ms for " + bytes.length + " bytes");
  }

  private static Definitions accepted(String json) {
    Reading reading =
        new DefinitionsReader(name -> null).read(json.getBytes(StandardCharsets.UTF_8), BASE);
    assertEquals(List.of(), reading.problems());
    Definitions definitions = reading.definitions();
    assertNotNull(definitions);
    return definitions;
  }
}
