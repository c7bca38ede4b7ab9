package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsOfDefinitionsTest {
  private static final String CANARY = "Kq7vN2xT9bRw4mZc8LpYd3Hs";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("TOKEN", CANARY, "HOST", "Internal.Example", "TINY", "zq", "LINES", "a\nb");

  private final Path directory;

  SecretsOfDefinitionsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void secretsAreExpandedInAnyString() throws IOException {
    // Given
    Files.writeString(directory.resolve("password"), "pässword-from-file\n\n");
    Files.createDirectory(directory.resolve("run"));
    Files.writeString(directory.resolve("run/crlf"), "crlf-secret\r\n");
    String json =
        """
        {"notify": {"receivers": [{"name": "a", "slack": {"url": "https://chat.example/${env:TOKEN}"}}]},
         "deadman": {"url": "https://hc.example/${env:TOKEN}"},
         "probes": [{"id": "a", "target": "https://${env:HOST}/x?token=${env:TOKEN}",
           "description": "costs $${env:TOKEN} and $5 and $$5", "labels": {"l": "${file:run/crlf}"},
           "request": {"headers": {"Authorization": "Bearer ${env:TOKEN}"},
                       "body": "${env:TOKEN}${file:password}$${"},
           "expect": {"json": {"$.a": ["${env:LINES}\\""]}}}]}
        """;
    // When
    Reading reading = read(json);
    // Then
    assertEquals(List.of(), reading.problems());
    Definitions definitions = reading.definitions();
    assertNotNull(definitions);
    Probe probe = definitions.probes().get(0);
    assertEquals("internal.example", probe.target().endpoint().host());
    assertEquals("/x?token=" + CANARY, probe.target().path());
    assertEquals("costs ${env:TOKEN} and $5 and $$5", probe.description());
    assertEquals(Map.of("l", "crlf-secret"), probe.labels());
    assertEquals("Bearer " + CANARY, probe.request().headers().get(0).value());
    assertEquals(CANARY + "pässword-from-file\n${", probe.request().body());
    assertEquals(Map.of("$.a", "[\"a\\nb\\\"\"]"), probe.expect().json());
    String masked = definitions.secrets().mask(probe.toString());
    for (String secret : List.of(CANARY, "Internal", "internal.example", "pässword", "crlf-s")) {
      assertFalse(masked.contains(secret), masked);
    }
    assertEquals(2, reading.files().values().stream().filter(hash -> hash.length() == 64).count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'probes': [{'id': '${env:TOKEN}', 'target': 'http://h'}]}",
        "{'probes': [{'id': 'a', 'target': '${env:TOKEN}'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://u:${env:TOKEN}@h'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'interval': '${env:TOKEN}'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'gateway': '${env:TOKEN}'}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'upstreams': ['${env:TOKEN}']}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'expect': {'status': ['${env:TINY}']}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'request': {'method': 'a ${env:TOKEN}'}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'expect': {'bodyMatches': '(${env:TOKEN}'}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'request': {'headers': {'A': '${env:TOKEN}${env:LINES}'}}}]}",
        "{'probes': [{'id': 'a', 'target': 'http://h', 'process': {'pm2': '-${env:TOKEN}'}}]}",
        "{'gateways': [{'id': 'a', 'kind': '${env:TOKEN}'}]}",
        "{'control': ['${env:TOKEN}']}",
        "{'probe': {'allow': ['/${env:TOKEN}']}}",
        "{'deadman': {'url': '${env:TOKEN}'}}",
        "{'notify': {'receivers': [{'name': '${env:TOKEN}', 'slack': {'url': 'http://h/'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': '${env:TOKEN}'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': 'ftp://h/Kq7vN2xT9bRw4mZc8LpYd3Hs'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'slack': {'url': 'http://Kq7vN2xT9bRw4mZc8LpYd3Hs@h/'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'alertmanager': {'urls': ['x:Kq7vN2xT9bRw4mZc8LpYd3Hs']}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'webhook': {'url': 'http://h/', 'token': 'Kq7vN2xT9bRw4mZc8LpYd3Hs\\n'}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'webhook': {'url': 'http://h/', 'headers': {'A': 'Kq7vN2xT9bRw4mZc8LpYd3Hs\\n'}}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'webhook': {'url': 'http://h/', 'basicAuth': {'user': 'u', 'password': 'Kq7vN2xT9bRw4mZc8LpYd3Hs\\n'}}}]}}",
        "{'notify': {'receivers': [{'name': 'a', 'feishu': {'url': 'http://h/', 'secret': 'Kq7vN2xT9bRw4mZc8LpYd3Hs\\n'}}]}}"
      })
  void noFaultTellsASecret(String document) {
    // Given
    String json = document.replace('\'', '"');
    // When
    Reading reading = read(json);
    // Then
    assertFalse(reading.problems().isEmpty());
    String told = reading.problems() + " " + reading.warnings();
    assertFalse(told.contains(CANARY) || told.contains("zq"), told);
  }

  @Test
  void addressesOfReceiversAreSecretsWhereverTheyAreWritten() {
    // Given
    String json =
        """
        {"notify": {"receivers": [
           {"name": "a", "slack": {"url": "https://hooks.example/services/T0/B0/abcdefgh"}},
           {"name": "b", "feishu": {"url": "https://f.example/hook/ijklmnop", "secret": "qrstuvwx"}},
           {"name": "c", "alertmanager": {"url": "http://127.0.0.1:9093", "token": "token-of-c"}},
           {"name": "d", "email": {"host": "mail.example", "user": "u", "password": "pass-of-d",
            "from": "a@h", "to": ["b@h"]}}]},
         "deadman": {"url": "https://hc.example/0123-4567"}}
        """;
    // When
    Definitions definitions = read(json).definitions();
    // Then
    assertNotNull(definitions);
    String told =
        definitions
            .secrets()
            .mask(
                "https://hooks.example/services/T0/B0/abcdefgh, POST /hook/ijklmnop, qrstuvwx,"
                    + " Bearer token-of-c, pass-of-d, https://hc.example/0123-4567,"
                    + " http://127.0.0.1:9093 refuses");
    assertEquals("***, POST ***, ***, ***, ***, ***, http://127.0.0.1:9093 refuses", told);
    String shown = definitions.reactions().toString();
    for (String secret :
        List.of("abcdefgh", "ijklmnop", "qrstuvwx", "token-of", "pass-of", "0123")) {
      assertFalse(shown.contains(secret), shown);
    }
  }

  @Test
  void warningsTellNoSecretEither() {
    // Given
    String json =
        """
        {"gateways": [{"id": "g", "kind": "nginx", "config": "/nowhere/${env:TOKEN}"}]}
        """;
    // When
    Reading reading = read(json);
    // Then
    assertEquals(2, reading.warnings().size());
    assertFalse(reading.warnings().toString().contains(CANARY));
  }

  @Test
  void secretFilesAreSmallRegularFiles() throws IOException {
    // Given
    Files.write(directory.resolve("large"), new byte[Limits.SECRET_FILE_BYTES + 1]);
    Files.write(directory.resolve("latin1"), new byte[] {'a', (byte) 0xe4});
    Files.createDirectory(directory.resolve("dir"));
    Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
    String json =
        """
        {"control": ["${file:large}", "${file:latin1}", "${file:dir}", "${file:loop}", "${file:gone}",
                     "${file:}"]}
        """;
    // When
    Reading reading = read(json);
    // Then
    List<String> messages = reading.problems().stream().map(Problem::message).toList();
    assertEquals(6, messages.size(), messages.toString());
    assertTrue(messages.get(0).endsWith("it is larger than 64 KiB"));
    assertTrue(messages.get(1).endsWith("it is not valid UTF-8"));
    assertTrue(messages.get(2).endsWith("it is not a regular file"));
    assertTrue(messages.get(3).contains("cannot be read"));
    assertTrue(messages.get(4).endsWith("there is no such file"));
    assertEquals("/control/5", reading.problems().get(5).pointer());
    assertEquals(
        Reading.UNREADABLE, reading.files().get(directory.resolve("gone")), "it may yet come");
  }

  @Test
  void fifoIsRefusedWithoutWaiting() throws IOException, InterruptedException {
    // Given
    Path fifo = directory.resolve("fifo");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "there is no mkfifo on this host");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", fifo.toString()).start().waitFor());
    // When
    Reading asSecret = read("{\"control\": [\"${file:fifo}\"]}");
    Reading asDefinitions = new DefinitionsReader(ENVIRONMENT::get).read(fifo);
    // Then
    assertTrue(asSecret.problems().get(0).message().endsWith("it is not a regular file"));
    assertTrue(asDefinitions.problems().get(0).message().endsWith("it is not a regular file"));
  }

  private Reading read(String json) {
    return new DefinitionsReader(ENVIRONMENT::get)
        .read(json.getBytes(StandardCharsets.UTF_8), directory);
  }
}
