package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTableTest {
  private static final Path BASE = Path.of("/srv/site");

  /** What stands in a probe besides its id and target, the pointer, and a part of the message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "taget": "http://x"                    | /probes/0/taget                | "target"
          "Interval": "1s"                       | /probes/0/Interval             | "interval"
          "expect": {"statsu": [200]}            | /probes/0/expect/statsu        | "status"
          "request": {"header": {}}              | /probes/0/request/header       | "headers"
          "expect": {"status": 200}              | /probes/0/expect/status        | must be an array
          "expect": {"status": []}               | /probes/0/expect/status        | empty
          "expect": {"status": ["abc"]}          | /probes/0/expect/status/0      | "abc" is not a status
          "expect": {"status": [200, "9xx"]}     | /probes/0/expect/status/1      | "9xx"
          "expect": {"status": ["300-200"]}      | /probes/0/expect/status/0      | ends before
          "expect": {"status": [99]}             | /probes/0/expect/status/0      | 100 to 599
          "expect": {"status": [200.5]}          | /probes/0/expect/status/0      | 200.5
          "expect": {"status": [1e400]}          | /probes/0/expect/status/0      | out of range
          "expect": {"status": [true]}           | /probes/0/expect/status/0      | is a boolean
          "expect": {"within": "2"}              | /probes/0/expect/within        | not a duration
          "expect": {"within": 2}                | /probes/0/expect/within        | must be a string, and is a number
          "expect": {"bodyMatches": "a(?=b)"}    | /probes/0/expect/bodyMatches   | lookahead
          "expect": {"bodyMatches": "a(?<!b)"}   | /probes/0/expect/bodyMatches   | lookahead
          "expect": {"bodyMatches": "["}         | /probes/0/expect/bodyMatches   | RE2
          "expect": {"bodyMatches": "((a{999}){999}){999}"} | /probes/0/expect/bodyMatches | too large
          "status": [200]                        | /probes/0/status               | "expect.status"
          "pm2": "x"                             | /probes/0/pm2                  | "process.pm2"
          "expect": {"bodyContains": ""}         | /probes/0/expect/bodyContains  | empty
          "expect": {"json": {"$..a": 1}}        | /probes/0/expect/json/$..a     | path
          "expect": {"json": {"a/~b[": 1}}       | /probes/0/expect/json/a~1~0b[  | path
          "expect": {"json": []}                 | /probes/0/expect/json          | must be an object
          "expect": {"header": {"a b": "x"}}     | /probes/0/expect/header/a b    | header name
          "expect": {"header": {"a": "(?!x)"}}   | /probes/0/expect/header/a      | RE2
          "expect": {"certificateDays": 0}       | /probes/0/expect/certificateDays | whole number
          "request": {"method": "get"}           | /probes/0/request/method       | GET
          "request": {"method": "A B"}           | /probes/0/request/method       | not a method
          "request": {"method": "CONNECT"}       | /probes/0/request/method       | tunnel
          "request": {"headers": {"X": "a\\r\\nB: c"}} | /probes/0/request/headers/X | line break
          "request": {"headers": {"X:": "a"}}    | /probes/0/request/headers/X:   | header name
          "request": {"headers": {"": "a"}}      | /probes/0/request/headers/     | header name
          "request": {"headers": {"X": 1}}       | /probes/0/request/headers/X    | must be a string
          "request": {"headers": {"X": ["a", "\\n"]}} | /probes/0/request/headers/X/1 | line break
          "request": {"headers": {"Content-Length": "5"}} | /probes/0/request/headers/Content-Length | by itself
          "request": {"connectTo": "127.0.0.1"}  | /probes/0/request/connectTo    | needs a port
          "request": {"connectTo": "h:99999"}    | /probes/0/request/connectTo    | 65535
          "request": {"connectTo": "http://h:1"} | /probes/0/request/connectTo    | URL
          "request": {"connectTo": "unix:x"}     | /probes/0/request/connectTo    | absolute
          "request": {"httpVersion": "3"}        | /probes/0/request/httpVersion  | "1.1"
          "request": {"httpVersion": 2}          | /probes/0/request/httpVersion  | must be a string
          "request": {"followRedirects": "yes"}  | /probes/0/request/followRedirects | true or false
          "request": {"ca": ""}                  | /probes/0/request/ca           | not a path
          "request": null                        | /probes/0/request              | null
          "interval": "0s"                       | /probes/0/interval             | between 100ms and 1d
          "interval": "25h"                      | /probes/0/interval             | between
          "interval": "1s5m"                     | /probes/0/interval             | not a duration
          "interval": "1.5s"                     | /probes/0/interval             | not a duration
          "interval": "-1s"                      | /probes/0/interval             | not a duration
          "interval": "99999999999999999999s"    | /probes/0/interval             | not a duration
          "timeout": "6m"                        | /probes/0/timeout              | between 1ms and 5m
          "timeout": ""                          | /probes/0/timeout              | not a duration
          "threshold": {"failures": 0}           | /probes/0/threshold/failures   | whole number
          "threshold": {"failure": 1}            | /probes/0/threshold/failure    | "failures"
          "threshold": 3                         | /probes/0/threshold            | must be an object
          "objective": "99.9"                    | /probes/0/objective            | a percentage below 100
          "objective": "100%"                    | /probes/0/objective            | a percentage below 100
          "objective": "0%"                      | /probes/0/objective            | promises nothing
          "objective": 99.9                      | /probes/0/objective            | must be a string
          "objective": {"window": "7d"}          | /probes/0/objective/target     | is missing
          "objective": {"target": "9%", "window": "31d"} | /probes/0/objective/window | none of "24h"
          "objective": {"targe": "9%"}           | /probes/0/objective/targe      | "target"
          "enabled": "true"                      | /probes/0/enabled              | true or false
          "labels": {"a": 1}                     | /probes/0/labels/a             | must be a string
          "labels": ["a"]                        | /probes/0/labels               | must be an object
          "gateway": "nowhere"                   | /probes/0/gateway              | no gateway
          "upstreams": ["nothing"]               | /probes/0/upstreams/0          | no probe
          "upstreams": ["p"]                     | /probes/0/upstreams/0          | its own upstream
          "upstreams": "p"                       | /probes/0/upstreams            | must be an array
          "process": {}                          | /probes/0/process              | exactly one
          "process": {"pm2": "a", "systemd": "b"} | /probes/0/process             | exactly one
          "process": {"pm2": "-x"}               | /probes/0/process/pm2          | not a name
          "process": {"systemd": "$(touch x)"}   | /probes/0/process/systemd      | not a name
          "process": {"command": "("}            | /probes/0/process/command      | RE2
          "process": {"docker": "x"}             | /probes/0/process/docker       | unknown key
          "artifacts": ["a\\u0000b"]             | /probes/0/artifacts/0          | not a path
          "logs": [1]                            | /probes/0/logs/0               | must be a string
          "description": 1                       | /probes/0/description          | must be a string
          "description": "${env:UNSET}"          | /probes/0/description          | "UNSET" is not set
          "description": "${file:missing}"       | /probes/0/description          | no such file
          "description": "${file:/dev/zero}"     | /probes/0/description          | not a regular file
          "description": "${file:/proc/self/environ}" | /probes/0/description     | not a regular file
          "description": "${nothing}"            | /probes/0/description          | neither
          "description": "${env:X"               | /probes/0/description          | without
          "labels": {"a": "x", "a": "y"}         | /probes/0/labels/a             | more than once
          """)
  void faultOfProbeIsNamedAtItsPlace(String member, String pointer, String message) {
    // Given
    String json = "{\"probes\": [{\"id\": \"p\", \"target\": \"http://h/\", " + member + "}]}";
    // When
    List<Problem> problems = problems(json);
    // Then
    Problem problem = problems.get(0);
    assertEquals(pointer, problem.pointer(), problems.toString());
    assertTrue(problem.message().contains(message), problem.toString());
    assertTrue(problems.stream().allMatch(one -> one.pointer().startsWith("/probes/0/")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"probs": []}                                      | /probs                | "probes"
          []                                                 | ``                    | must be an object
          {"probes": {}}                                     | /probes               | must be an array
          {"probes": [1]}                                    | /probes/0             | must be an object
          {"probes": [{"target": "http://h"}]}               | /probes/0/id          | is missing
          {"probes": [{"id": "a"}]}                          | /probes/0/target      | is missing
          {"probes": [{"id": "A", "target": "http://h"}]}    | /probes/0/id          | not an id
          {"probes": [{"id": "", "target": "http://h"}]}     | /probes/0/id          | not an id
          {"probes": [{"id": "${env:HOME}", "target": "http://h"}]} | /probes/0/id   | shown everywhere
          {"probes": [{"id": "a", "target": "ftp://h"}]}     | /probes/0/target      | must begin with
          {"probes": [{"id": "a", "target": "http://u:p@h"}]} | /probes/0/target     | password
          {"probes": [{"id": "a", "target": "tcp://h:1", "expect": {"status": [200]}}]} | /probes/0/expect/status | tcp
          {"probes": [{"id": "a", "target": "tls://h:1", "request": {"method": "GET"}}]} | /probes/0/request/method | tls
          {"probes": [{"id": "a", "target": "http://h", "expect": {"certificateDays": 9}}]} | /probes/0/expect/certificateDays | http
          {"probes": [{"id": "a", "target": "wss://h", "request": {"method": "POST"}}]} | /probes/0/request/method | WebSocket
          {"gateways": [{"id": "g"}]}                        | /gateways/0/kind      | is missing
          {"gateways": [{"id": "g", "kind": "iis"}]}         | /gateways/0/kind      | nginx, haproxy
          {"gateways": [{"id": "g", "kind": "nginx", "conf": "x"}]} | /gateways/0/conf | "config"
          {"gateways": [{"id": "g", "kind": "caddy", "admin": "x"}]} | /gateways/0/admin | port
          {"defaults": {"interval": 10}}                     | /defaults/interval    | must be a string
          {"defaults": {"expect": {}}}                       | /defaults/expect      | unknown key
          {"control": ["h"]}                                 | /control/0            | needs a port
          {"deadman": {"interval": "60s"}}                   | /deadman/url          | is missing
          {"deadman": {"url": "tcp://h:1"}}                  | /deadman/url          | http
          {"notify": "x"}                                    | /notify               | must be an object
          {"maintenance": [1e999]}                           | /maintenance/0       | out of range
          {"notify": {}}                                     | /notify/receivers     | is missing
          {"notify": {"receivers": [], "routs": [{"to": ["a"]}]}} | /notify/routs    | "routes"
          {"notify": {"receivers": [{"name": "a", "slack": {"url": "${env:UNSET}"}}]}} | /notify/receivers/0/slack/url | not set
          {"notify": {"receivers": [{"name": "a"}]}}         | /notify/receivers/0   | exactly one of
          {"notify": {"receivers": [{"name": "a", "slack": {}}]}} | /notify/receivers/0/slack/url | is missing
          {"notify": {"receivers": [{"name": "a", "slack": {"ulr": "u", "url": "http://h/"}}]}} | /notify/receivers/0/slack/ulr | "url"
          {"notify": {"receivers": [{"name": "a", "slack": {"url": "smtp://h"}}]}} | /notify/receivers/0/slack/url | http
          {"notify": {"receivers": [{"name": "a", "slack": {"url": "unix:/run/x"}}]}} | /notify/receivers/0/slack/url | http
          {"notify": {"receivers": [{"name": "a", "slack": {"url": "http://u:p@h/"}}]}} | /notify/receivers/0/slack/url | "basicAuth"
          {"notify": {"receivers": [{"name": "a", "lang": "fr", "slack": {"url": "http://h/"}}]}} | /notify/receivers/0/lang | "zh"
          {"notify": {"receivers": [{"name": "a", "slack": {"url": "http://h/"}}, {"name": "a", "wecom": {"url": "http://h/"}}]}} | /notify/receivers/1/name | another one above
          {"notify": {"receivers": [{"name": "a", "alertmanager": {"urls": []}}]}} | /notify/receivers/0/alertmanager/urls | empty
          {"notify": {"receivers": [{"name": "a", "webhook": {"url": "http://h/", "headers": {"a b": "c"}}}]}} | /notify/receivers/0/webhook/headers/a b | header name
          {"notify": {"receivers": [{"name": "a", "webhook": {"url": "http://h/", "token": "t", "headers": {"authorization": "c"}}}]}} | /notify/receivers/0/webhook | more than once
          {"notify": {"receivers": [{"name": "a", "webhook": {"url": "http://h/", "basicAuth": {"user": "a:b", "password": "c"}}}]}} | /notify/receivers/0/webhook/basicAuth/user | colon
          {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": ["b@h\\r\\nBcc: c@h", "b@h"]}}]}} | /notify/receivers/0/email/to/0 | address
          {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": []}}]}} | /notify/receivers/0/email/to | 1 to 100
          {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": ["b@h"], "tls": "ssl"}}]}} | /notify/receivers/0/email/tls | "starttls"
          {"notify": {"receivers": [{"name": "a", "email": {"host": "h", "from": "a@h", "to": ["b@h"], "password": "p"}}]}} | /notify/receivers/0/email/user | is missing
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": ["opps"]}]}} | /notify/routes/0/to/0 | the nearest is "ops"
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": ["ops", "ops"]}]}} | /notify/routes/0/to/1 | twice
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": []}]}} | /notify/routes/0/to | needs a receiver
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": []}} | /notify/routes | leave it out
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": ["ops"], "match": {"severity": ["up"]}}]}} | /notify/routes/0/match/severity/0 | "down"
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": ["ops"], "match": {"severity": []}}]}} | /notify/routes/0/match/severity | match nothing
          {"notify": {"receivers": [{"name": "ops", "slack": {"url": "http://h/"}}], "routes": [{"to": ["ops"], "match": {"probes": ["p"]}}]}} | /notify/routes/0/match/probes/0 | no probe
          {"notify": {"receivers": [], "reminder": "5s"}}    | /notify/reminder      | between
          {"notify": {"receivers": [], "resolved": "yes"}}   | /notify/resolved      | true or false
          {"probe": {"allow": ["10.0.0.0/33"]}}              | /probe/allow/0        | not a host
          {"probe": {"allow": ["h:0"]}}                      | /probe/allow/0        | port
          {"probe": {"modules": {"x": {"prober": "icmp"}}}}  | /probe/modules/x/prober | "icmp" is not supported
          {"probe": {"modules": {"x": {"prober": "smtp"}}}}  | /probe/modules/x/prober | not "http" or "tcp"
          {"probe": {"modules": {"x": {"prober": "http", "timeuot": "1s"}}}} | /probe/modules/x/timeuot | "timeout"
          {"probe": {"modules": {"x": {"prober": "http", "dns": {}}}}} | /probe/modules/x/dns | not supported
          {"probe": {"modules": {"x": {"prober": "tcp", "http": {}}}}} | /probe/modules/x/http | does not belong
          {"probe": {"modules": {"x": {"prober": "http", "http": {"valid_status_code": [1]}}}}} | /probe/modules/x/http/valid_status_code | "valid_status_codes"
          {"probe": {"modules": {"x": {"prober": "http", "http": {"valid_status_codes": [99]}}}}} | /probe/modules/x/http/valid_status_codes/0 | 100 to 599
          {"probe": {"modules": {"x": {"prober": "http", "http": {"proxy_url": "http://h:1"}}}}} | /probe/modules/x/http/proxy_url | no proxy is used
          {"probe": {"modules": {"x": {"prober": "http", "http": {"bearer_token_file": "t"}}}}} | /probe/modules/x/http/bearer_token_file | ${file:PATH}
          {"probe": {"modules": {"x": {"prober": "http", "http": {"basic_auth": {"password_file": "t"}}}}}} | /probe/modules/x/http/basic_auth/password_file | ${file:PATH}
          {"probe": {"modules": {"x": {"prober": "http", "http": {"fail_if_body_matches_regexp": ["(?=x)"]}}}}} | /probe/modules/x/http/fail_if_body_matches_regexp/0 | lookahead
          {"probe": {"modules": {"x": {"prober": "http", "http": {"fail_if_header_matches": [{"header": "A"}]}}}}} | /probe/modules/x/http/fail_if_header_matches/0/regexp | missing
          {"probe": {"modules": {"x": {"prober": "http", "http": {"fail_if_body_json_matches_cel": "x"}}}}} | /probe/modules/x/http/fail_if_body_json_matches_cel | CEL
          {"probe": {"modules": {"x": {"prober": "http", "http": {"compression": "br"}}}}} | /probe/modules/x/http/compression | not supported
          {"probe": {"modules": {"x": {"prober": "http", "http": {"body_size_limit": "1 MB"}}}}} | /probe/modules/x/http/body_size_limit | not a size
          {"probe": {"modules": {"x": {"prober": "http", "http": {"preferred_ip_protocol": "ipv4"}}}}} | /probe/modules/x/http/preferred_ip_protocol | "ip4"
          {"probe": {"modules": {"x": {"prober": "http", "http": {"tls_config": {"key_file": "k"}}}}}} | /probe/modules/x/http/tls_config/key_file | client certificate
          {"probe": {"modules": {"x": {"prober": "http", "http": {"tls_config": {"max_version": "TLS11"}}}}}} | /probe/modules/x/http/tls_config/max_version | TLS12
          {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"query_response": [{"send": "PONG ${1}"}]}}}}} | /probe/modules/x/tcp/query_response/0/send | $${
          {"probe": {"modules": {"x": {"prober": "tcp", "tcp": {"source_ip_address": "::1"}}}}} | /probe/modules/x/tcp/source_ip_address | not supported
          {"probe": {"module": {}}}                          | /probe/module         | "modules"
          {"$schema": 1}                                     | /$schema              | must be a string
          """)
  void faultOfFileIsNamedAtItsPlace(String json, String pointer, String message) {
    // Given the document of the row
    // When
    List<Problem> problems = problems(json);
    // Then
    assertEquals(1, problems.size(), problems.toString());
    assertEquals(pointer, problems.get(0).pointer());
    assertTrue(problems.get(0).message().contains(message), problems.toString());
  }

  @Test
  void allFaultsAreToldAtOnce() {
    // Given
    String json =
        """
        {"gateways": [{"id": "g", "kind": "nginx"}, {"id": "g", "kind": "x"}],
         "probes": [
           {"id": "a", "target": "http://h", "gateway": "q", "timeout": "x", "upstreams": ["b"]},
           {"id": "a", "target": "nope", "interval": "1ns"},
           {"id": "b", "target": "tcp://h:1", "upstreams": ["c"]},
           {"id": "c", "target": "tcp://h:1", "upstreams": ["d", "b", "z"], "zzz": 1}]}
        """;
    // When
    List<String> pointers = problems(json).stream().map(Problem::pointer).sorted().toList();
    // Then
    assertEquals(
        List.of(
            "/gateways/1/id",
            "/gateways/1/kind",
            "/probes/0/gateway",
            "/probes/0/timeout",
            "/probes/1/id",
            "/probes/1/interval",
            "/probes/1/target",
            "/probes/3/upstreams",
            "/probes/3/upstreams/0",
            "/probes/3/upstreams/2",
            "/probes/3/zzz"),
        pointers);
  }

  @Test
  void circleOfUpstreamsIsSpeltOut() {
    // Given
    String json =
        """
        {"probes": [
           {"id": "a", "target": "tcp://h:1", "upstreams": ["b"]},
           {"id": "b", "target": "tcp://h:2", "upstreams": ["c", "d"]},
           {"id": "c", "target": "tcp://h:3", "upstreams": ["d"]},
           {"id": "d", "target": "tcp://h:4", "upstreams": ["b"]}]}
        """;
    // When
    List<Problem> problems = problems(json);
    // Then
    assertEquals(1, problems.size(), problems.toString());
    assertEquals("/probes/3/upstreams", problems.get(0).pointer());
    assertTrue(problems.get(0).message().endsWith("b -> c -> d -> b"), problems.toString());
  }

  @Test
  void faultsBeyondTheLimitAreCounted() {
    // Given
    String json = "{\"probes\": [" + "{},".repeat(5_000) + "{}]}";
    // When
    List<Problem> problems = problems(json);
    // Then
    assertEquals(Limits.PROBLEMS + 1, problems.size());
    assertEquals("and 9002 more", problems.get(Limits.PROBLEMS).message());
  }

  @Test
  void moreProbesThanAllowedIsOneFault() {
    // Given
    String json = "{\"probes\": [" + "{},".repeat(Limits.PROBES) + "{}]}";
    // When
    List<Problem> problems = problems(json);
    // Then
    assertEquals(List.of(new Problem("/probes", "has 50001 entries; 50000 are allowed")), problems);
  }

  @Test
  void keysWithoutEffectAndUnreadableEvidenceAreWarnings() {
    // Given
    String json =
        """
        {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://h/x"}},
                                  {"name": "b", "email": {"host": "h", "tls": "none", "user": "u", "password": "p",
                                   "from": "a@h", "to": ["b@h"]}}],
                    "routes": [{"to": ["a"]}, {"to": ["b"]}]},
         "maintenance": [], "remedies": [],
         "probe": {"modules": {"http_2xx": {"prober": "http"}}},
         "gateways": [{"id": "g", "kind": "nginx", "config": "/nowhere/nginx.conf",
                       "admin": "unix:/nowhere/admin.sock"}],
         "probes": [{"id": "a", "target": "https://h", "expect": {"within": "5s"},
                     "request": {"ca": "nowhere.pem"}}]}
        """;
    // When
    Reading reading = read(utf8(json));
    // Then
    assertEquals(List.of(), reading.problems());
    assertEquals(
        List.of(
            "/gateways/0/admin: cannot be read: there is no such file",
            "/gateways/0/config: cannot be read: there is no such file",
            "/notify/receivers/1/email/tls: the password goes over the network for everybody to read",
            "/notify/routes/1: is never asked: a route above takes everything",
            "/probes/0/expect/within: never applies: the timeout, 5s, comes first",
            "/probes/0/request/ca: cannot be read: there is no such file"),
        reading.warnings().stream().sorted().toList());
  }

  private static List<Problem> problems(String json) {
    Reading reading = read(utf8(json));
    assertNull(reading.definitions());
    return reading.problems();
  }

  private static Reading read(byte[] json) {
    return new DefinitionsReader(name -> name.equals("HOME") ? "home" : null).read(json, BASE);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
