package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An editor that checks with the schema says what the reader will say, as far as a schema can. */
class SchemaTest {
  private static final JsonObject SCHEMA = schema();
  private static final Validator VALIDATOR =
      Validator.create(
          JsonSchema.of(SCHEMA),
          new JsonSchemaOptions()
              .setBaseUri("https://why502.invalid/")
              .setDraft(Draft.DRAFT202012)
              .setOutputFormat(OutputFormat.Flag));

  /** Whether both take it, and the document, in which PROBE stands for an id and a target. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          good | {}
          good | {"$schema": "x", "probes": []}
          bad  | {"probs": []}
          bad  | {"probes": {}}
          bad  | {"$schema": 1}
          good | {"defaults": {"interval": "10s", "timeout": "1m30s", "threshold": {"failures": 2}}}
          bad  | {"defaults": {"interval": 10}}
          bad  | {"defaults": {"labels": {}}}
          bad  | {"defaults": {"interval": "10 s"}}
          bad  | {"defaults": {"interval": ""}}
          bad  | {"defaults": {"interval": "s"}}
          bad  | {"defaults": {"interval": "1s1m"}}
          good | {"defaults": {"interval": "${env:SET}"}}
          good | {"gateways": [{"id": "g", "kind": "nginx", "config": "x", "errorLog": "y", "accessLog": "z", "admin": "/run/a.sock"}]}
          good | {"gateways": [{"id": "g", "kind": "caddy", "admin": "http://127.0.0.1:2019"}]}
          good | {"gateways": [{"id": "g", "kind": "haproxy", "admin": "127.0.0.1:9999"}]}
          bad  | {"gateways": [{"id": "g", "kind": "haproxy", "admin": "admin"}]}
          bad  | {"gateways": [{"id": "g", "kind": "NGINX"}]}
          bad  | {"gateways": [{"id": "g"}]}
          bad  | {"gateways": [{"id": "G", "kind": "nginx"}]}
          bad  | {"gateways": [{"id": "g", "kind": "nginx", "errorlog": "x"}]}
          bad  | {"gateways": [{"id": "g", "kind": "nginx", "config": ""}]}
          good | {"control": ["192.0.2.1:53", "[::1]:53", "dns.example:53"]}
          bad  | {"control": ["192.0.2.1"]}
          bad  | {"control": "192.0.2.1:53"}
          good | {"deadman": {"url": "https://hc.example/x", "interval": "60s"}}
          bad  | {"deadman": {"interval": "60s"}}
          bad  | {"deadman": {"url": "tcp://h:1"}}
          good | {"maintenance": [], "remedies": []}
          bad  | {"maintenance": {}}
          good | {"maintenance": [{"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T02:00:00+01:00", "labels": {"team": "shop"}}]}
          good | {"probes": [{"id": "a", "target": "http://h"}], "maintenance": [{"cron": "0 3 * * sun", "zone": "Europe/Berlin", "duration": "2h", "probes": ["a"], "description": "backup"}]}
          bad  | {"maintenance": [{"cron": "0 3 * * sun", "from": "2026-01-01T00:00:00Z", "duration": "2h"}]}
          bad  | {"maintenance": [{"from": "2026-01-01T00:00:00Z"}]}
          bad  | {"maintenance": [{}]}
          bad  | {"remedies": {}}
          bad  | {"remedies": [{"a": 1}]}
          good | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "process-not-running", "probe": "a", "run": ["pm2", "restart", "x"]}]}
          good | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": ["gateway-wrong-port"], "probes": ["a"], "labels": {"x": "y"}, "run": ["/x/y", "{file}", "{line}"], "directory": "/", "environment": {"HOME": "${env:SET}"}, "timeout": "30s", "cooldown": "10m", "maxPerHour": 3, "rounds": 2, "confidence": "likely"}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "ok", "probe": "a", "run": ["x"]}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": [], "probe": "a", "run": ["x"]}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "upstream-refused", "probe": "a", "run": []}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "upstream-refused", "probe": "a", "run": "x"}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "upstream-refused", "probe": "a", "run": ["x"], "confidence": "possible"}]}
          bad  | {"probes": [{"id": "a", "target": "http://h"}], "remedies": [{"id": "r", "cause": "upstream-refused", "probe": "a", "run": ["x"], "environment": {"WHY502_FILE": "y"}}]}
          bad  | {"notify": "mail"}
          bad  | {"notify": []}
          bad  | {"notify": {}}
          good | {"notify": {"receivers": []}}
          good | {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://h/x"}}], "reminder": "4h", "resolved": false}}
          good | {"notify": {"receivers": [{"name": "a", "lang": "zh", "slack": {"url": "${env:URL}"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a"}]}}
          bad  | {"notify": {"receivers": [{"slack": {"url": "https://h/x"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a b", "slack": {"url": "https://h/x"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "slack": {"url": "ftp://h/x"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://u:p@h/x"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://h/x", "secret": "s"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://h/x"}, "wecom": {"url": "https://h/x"}}]}}
          good | {"notify": {"receivers": [{"name": "a", "dingtalk": {"url": "https://h/x", "secret": "s"}}]}}
          good | {"notify": {"receivers": [{"name": "a", "alertmanager": {"urls": ["http://h:1", "http://h:2"]}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "alertmanager": {"url": "http://h", "urls": ["http://h"]}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "alertmanager": {}}]}}
          good | {"notify": {"receivers": [{"name": "a", "webhook": {"url": "http://h/", "headers": {"A": "b"}, "basicAuth": {"user": "u", "password": "p"}}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "webhook": {"url": "http://h/", "basicAuth": {"user": "u"}}}]}}
          good | {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": ["b@h"], "tls": "none", "port": 25}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": []}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": ["b@h"], "user": "u"}}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a", "to": ["b@h"]}}]}}
          good | {"notify": {"receivers": [{"name": "a", "wecom": {"url": "https://h/x"}}], "routes": [{"match": {"labels": {"t": "s"}, "severity": ["down"]}, "to": ["a"], "continue": true}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "wecom": {"url": "https://h/x"}}], "routes": []}}
          bad  | {"notify": {"receivers": [{"name": "a", "wecom": {"url": "https://h/x"}}], "routes": [{"to": []}]}}
          bad  | {"notify": {"receivers": [{"name": "a", "wecom": {"url": "https://h/x"}}], "routes": [{"to": ["a"], "match": {"severity": ["high"]}}]}}
          good | {"probe": {"allow": ["*.example.com", "10.0.0.0/8:443", "127.0.0.1:*", "[fd00::]/8", "*"], "modules": {}}}
          bad  | {"probe": {"allow": ["http://h/"]}}
          bad  | {"probe": {"allowed": []}}
          bad  | {"probe": {"modules": []}}
          bad  | {"probe": {"modules": {"x": 1}}}
          bad  | {"probe": {"modules": {"x": {}}}}
          bad  | {"probe": {"modules": {"": {"prober": "http"}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "icmp"}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "icmp": {}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "tcp": {}}}}}
          good | {"probe": {"modules": {"x": {"prober": "http"}, "y": {"prober": "tcp", "timeout": "5s"}}}}
          good | {"probe": {"modules": {"x": {"prober": "http", "http": {"method": "POST", "headers": {"A": "b"}, "body": "c", "valid_status_codes": [200, 404], "valid_http_versions": ["HTTP/1.1", "HTTP/2.0"]}}}}}
          good | {"probe": {"modules": {"x": {"prober": "http", "http": {"fail_if_body_matches_regexp": ["a"], "fail_if_header_matches": [{"header": "A", "regexp": "b", "allow_missing": true}], "follow_redirects": false, "fail_if_not_ssl": true}}}}}
          good | {"probe": {"modules": {"x": {"prober": "http", "http": {"basic_auth": {"username": "a", "password": "${env:SET}"}, "preferred_ip_protocol": "ip4", "ip_protocol_fallback": false, "compression": "gzip", "body_size_limit": "512KB"}}}}}
          good | {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"tls": true, "tls_config": {"insecure_skip_verify": true, "server_name": "a.example", "min_version": "TLS12"}, "query_response": [{"expect": "^a (b)", "labels": [{"name": "c", "value": "$1"}], "send": "d $${1}"}, {"expect_bytes": "S"}, {"starttls": true}]}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"valid_status_codes": ["2xx"]}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"valid_http_versions": ["1.1"]}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"fail_if_header_matches": [{"header": "A"}]}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"proxy_url": "http://h:1"}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"compression": "br"}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"body_size_limit": "1 MB"}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "http", "http": {"preferred_ip_protocol": "ipv4"}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"tls_config": {"cert_file": "a"}}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"query_response": [{"expect": ""}]}}}}}
          bad  | {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"query_response": [{"labels": [{"name": "a-b", "value": "c"}]}]}}}}}
          bad  | {"probes": [{"id": "a"}]}
          bad  | {"probes": [{"target": "http://h"}]}
          bad  | {"probes": [{"id": "a/b", "target": "http://h"}]}
          bad  | {"probes": [{"id": "${env:SET}", "target": "http://h"}]}
          good | {"probes": [{"id": "a", "target": "${env:URL}"}]}
          good | {"probes": [{"id": "a", "target": "unix:/run/a.sock:/x"}]}
          good | {"probes": [{"id": "a", "target": "tls://h:1", "expect": {"certificateDays": 3}}]}
          good | {"probes": [{"id": "a", "target": "wss://h/x?y#z"}]}
          bad  | {"probes": [{"id": "a", "target": "tcp://h"}]}
          bad  | {"probes": [{"id": "a", "target": "ftp://h"}]}
          bad  | {"probes": [{"id": "a", "target": "h"}]}
          bad  | {"probes": [{"id": "a", "target": "http://u:p@h/"}]}
          bad  | {"probes": [{"id": "a", "target": "http://h/a b"}]}
          bad  | {"probes": [{"id": "a", "target": "unix:a.sock"}]}
          good | {"probes": [{PROBE, "description": "d", "labels": {"a": "b"}, "enabled": false, "interval": "1s", "timeout": "1s"}]}
          bad  | {"probes": [{PROBE, "labels": {"a": 1}}]}
          bad  | {"probes": [{PROBE, "labels": {"": "a"}}]}
          bad  | {"probes": [{PROBE, "enabled": "yes"}]}
          bad  | {"probes": [{PROBE, "gateway": null}]}
          bad  | {"probes": [{PROBE, "upstreams": "a"}]}
          bad  | {"probes": [{PROBE, "taget": "a"}]}
          good | {"probes": [{PROBE, "threshold": {"failures": 3, "successes": 2}}]}
          bad  | {"probes": [{PROBE, "threshold": {"failures": 0}}]}
          bad  | {"probes": [{PROBE, "threshold": {"failures": 1.5}}]}
          good | {"probes": [{PROBE, "objective": "99.9%"}]}
          good | {"probes": [{PROBE, "objective": "0.5 %"}]}
          good | {"probes": [{PROBE, "objective": {"target": "99.95%", "window": "7d"}}]}
          bad  | {"probes": [{PROBE, "objective": "100%"}]}
          bad  | {"probes": [{PROBE, "objective": "0.0%"}]}
          bad  | {"probes": [{PROBE, "objective": 99.9}]}
          bad  | {"probes": [{PROBE, "objective": {"window": "7d"}}]}
          bad  | {"probes": [{PROBE, "objective": {"target": "99%", "window": "8d"}}]}
          good | {"probes": [{PROBE, "process": {"pm2": "app"}, "artifacts": ["a"], "logs": ["b"]}]}
          bad  | {"probes": [{PROBE, "process": {}}]}
          bad  | {"probes": [{PROBE, "process": {"pm2": "a", "systemd": "b"}}]}
          bad  | {"probes": [{PROBE, "process": {"pm2": "-a"}}]}
          bad  | {"probes": [{PROBE, "process": {"docker": "a"}}]}
          bad  | {"probes": [{PROBE, "logs": [""]}]}
          good | {"probes": [{PROBE, "request": {"method": "PURGE", "headers": {"A": "b", "C": ["d", "e"]}, "body": "x", "httpVersion": "2"}}]}
          good | {"probes": [{PROBE, "request": {"connectTo": "unix:/run/x", "followRedirects": true, "insecure": true, "ca": "x"}}]}
          bad  | {"probes": [{PROBE, "request": {"connectTo": "127.0.0.1"}}]}
          bad  | {"probes": [{PROBE, "request": {"method": "get"}}]}
          bad  | {"probes": [{PROBE, "request": {"method": "A B"}}]}
          bad  | {"probes": [{PROBE, "request": {"headers": {"A": "b\\nc"}}}]}
          bad  | {"probes": [{PROBE, "request": {"headers": {"A b": "c"}}}]}
          bad  | {"probes": [{PROBE, "request": {"headers": {"content-length": "1"}}}]}
          bad  | {"probes": [{PROBE, "request": {"headers": {"A": 1}}}]}
          bad  | {"probes": [{PROBE, "request": {"httpVersion": "3"}}]}
          bad  | {"probes": [{PROBE, "request": {"httpVersion": 2}}]}
          bad  | {"probes": [{PROBE, "request": {"followRedirect": true}}]}
          good | {"probes": [{PROBE, "expect": {"status": [200, 404.0, "3xx", "200-204", "500"]}}]}
          bad  | {"probes": [{PROBE, "expect": {"status": 200}}]}
          bad  | {"probes": [{PROBE, "expect": {"status": []}}]}
          bad  | {"probes": [{PROBE, "expect": {"status": [99]}}]}
          bad  | {"probes": [{PROBE, "expect": {"status": ["6xx"]}}]}
          good | {"probes": [{PROBE, "expect": {"within": "2s", "bodyContains": "a", "bodyMatches": "b"}}]}
          bad  | {"probes": [{PROBE, "expect": {"bodyContains": ""}}]}
          bad  | {"probes": [{PROBE, "expect": {"bodyMatches": ""}}]}
          good | {"probes": [{PROBE, "expect": {"json": {"$": 1, "$.a[0].b": null, "a.0": {"x": []}, "$['a b'].$ref": 1, "$[\\"a\\"]": 2, "$[0][1]": 3}, "header": {"A": "b"}}}]}
          bad  | {"probes": [{PROBE, "expect": {"json": {"$..a": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"json": {"$a": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"json": {"a[-1]": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"json": {"a b": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"json": {"": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"header": {"A": 1}}}]}
          bad  | {"probes": [{PROBE, "expect": {"certificateDays": "3"}}]}
          bad  | {"probes": [{PROBE, "expect": {"state": [200]}}]}
          """)
  void schemaAndReaderAgree(String verdict, String document) {
    // Given
    String json = document.replace("PROBE", "\"id\": \"a\", \"target\": \"http://h/\"");
    // When
    boolean bySchema = valid(json);
    List<Problem> problems = problems(json);
    // Then
    assertEquals(verdict.equals("good"), problems.isEmpty(), problems.toString());
    assertEquals(verdict.equals("good"), bySchema);
  }

  /** Rules that a schema cannot express, or only unreadably: references, ranges, other syntaxes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'probes': [{'id': 'a', 'target': 'tcp://h:1'}, {'id': 'a', 'target': 'tcp://h:2'}]}",
        "{'gateways': [{'id': 'a', 'kind': 'nginx'}, {'id': 'a', 'kind': 'caddy'}]}",
        "{'probes': [{'id': 'a', 'target': 'tcp://h:1', 'gateway': 'g'}]}",
        "{'probes': [{'id': 'a', 'target': 'tcp://h:1', 'upstreams': ['b']}]}",
        "{'probes': [{'id': 'a', 'target': 'tcp://h:1', 'upstreams': ['a']}]}",
        "{'probes': [{'id': 'a', 'target': 'tcp://h:1', 'expect': {'status': [200]}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'expect': {'certificateDays': 3}}]}",
        "{'probes': [{'id': 'a', 'target': 'ws://h', 'request': {'method': 'POST'}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h:70000'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://1.2.3/'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'timeout': '6m'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'interval': '0s'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'expect': {'status': ['300-200']}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'expect': {'bodyMatches': '(?=x)'}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'description': '${env:UNSET}'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'description': '${other}'}]}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': 'http://h/x'}},"
            + " {'name': 'a', 'wecom': {'url': 'http://h/x'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': 'http://h/x'}}],"
            + " 'routes': [{'to': ['b']}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': 'http://h/x'}}],"
            + " 'routes': [{'to': ['a'], 'match': {'probes': ['b']}}]}}",
        "{'notify': {'receivers': [], 'reminder': '1s'}}",
        "{'probe': {'allow': ['10.0.0.0/33']}}",
        "{'probe': {'modules': {'x': {'prober': 'http', 'timeout': '3m'}}}}",
        "{'probe': {'modules': {'x': {'prober': 'http', 'http': {'method': 'get'}}}}}",
        "{'probe': {'modules': {'x': {'prober': 'http', 'http': {'headers': {'a b': 'c'}}}}}}",
        "{'probe': {'modules': {'x': {'prober': 'http', 'http': {'bearer_token': 'a',"
            + " 'authorization': {'credentials': 'b'}}}}}}",
        "{'probe': {'modules': {'x': {'prober': 'tcp', 'tcp': {'query_response':"
            + " [{'expect': '(?=x)'}]}}}}}"
      })
  void readerKnowsMoreThanTheSchema(String document) {
    // Given
    String json = document.replace('\'', '"');
    // When
    boolean bySchema = valid(json);
    List<Problem> problems = problems(json);
    // Then
    assertTrue(bySchema);
    assertEquals(1, problems.size(), problems.toString());
  }

  @Test
  void schemaKnowsExactlyTheReadersKeys() {
    // Given
    JsonObject defs = SCHEMA.getJsonObject("$defs");
    JsonObject top = SCHEMA.getJsonObject("properties");
    // When Then
    assertKeys(DefinitionsReader.KEYS, SCHEMA);
    assertKeys(Defaults.KEYS, top.getJsonObject("defaults"));
    assertKeys(Defaults.THRESHOLD_KEYS, defs.getJsonObject("threshold"));
    assertKeys(DeadmanReader.KEYS, top.getJsonObject("deadman"));
    assertKeys(AlertingReader.KEYS, top.getJsonObject("notify"));
    assertKeys(AlertingReader.ROUTE_KEYS, defs.getJsonObject("route"));
    assertKeys(
        AlertingReader.MATCH_KEYS,
        defs.getJsonObject("route").getJsonObject("properties").getJsonObject("match"));
    assertKeys(ReceiverReader.KEYS, defs.getJsonObject("receiver"));
    assertKeys(ReceiverReader.ALERTMANAGER_KEYS, defs.getJsonObject("alertmanager"));
    assertKeys(ReceiverReader.WEBHOOK_KEYS, defs.getJsonObject("webhook"));
    assertKeys(ReceiverReader.BASIC_AUTH_KEYS, defs.getJsonObject("basicAuth"));
    assertKeys(ReceiverReader.BOT_KEYS, defs.getJsonObject("bot"));
    assertKeys(ReceiverReader.SIGNED_BOT_KEYS, defs.getJsonObject("signedBot"));
    assertKeys(MailReader.KEYS, defs.getJsonObject("email"));
    assertKeys(DefinitionsReader.PROBE_KEYS, top.getJsonObject("probe"));
    assertKeys(ModuleReader.KEYS, defs.getJsonObject("module"));
    assertKeys(ModuleReader.TLS_KEYS, defs.getJsonObject("moduleTls"));
    assertKeys(HttpModuleReader.KEYS, defs.getJsonObject("httpModule"));
    assertKeys(TcpModuleReader.KEYS, defs.getJsonObject("tcpModule"));
    assertKeys(GatewayReader.KEYS, defs.getJsonObject("gateway"));
    assertKeys(ProbeReader.KEYS, defs.getJsonObject("probe"));
    assertKeys(ObjectiveReader.KEYS, defs.getJsonObject("objective"));
    assertKeys(ProbeReader.PROCESS_KEYS, defs.getJsonObject("process"));
    assertKeys(RemedyReader.KEYS, defs.getJsonObject("remedy"));
    assertKeys(RequestReader.KEYS, defs.getJsonObject("request"));
    assertKeys(ExpectationReader.KEYS, defs.getJsonObject("expect"));
  }

  @ParameterizedTest
  @MethodSource("dev.why502.conf.ExamplesTest#shipped")
  void shippedDefinitionsFitTheSchema(Path file) throws IOException {
    // Given
    String json = Files.readString(file);
    // When
    boolean valid = valid(json);
    // Then
    assertTrue(valid);
  }

  private static void assertKeys(List<String> keys, JsonObject object) {
    Set<String> inSchema = new TreeSet<>(object.getJsonObject("properties").fieldNames());
    assertEquals(new TreeSet<>(keys), inSchema);
    assertEquals(false, object.getValue("additionalProperties"));
  }

  private static boolean valid(String json) {
    return Boolean.TRUE.equals(VALIDATOR.validate(new JsonObject(json)).getValid());
  }

  private static List<Problem> problems(String json) {
    DefinitionsReader reader =
        new DefinitionsReader(
            name ->
                switch (name) {
                  case "SET" -> "1s";
                  case "URL" -> "http://h/";
                  default -> null;
                });
    return reader.read(json.getBytes(StandardCharsets.UTF_8), Path.of("/srv/site")).problems();
  }

  private static JsonObject schema() {
    try (InputStream in = DefinitionsReader.class.getResourceAsStream("probes.schema.json")) {
      assertNotNull(in);
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
