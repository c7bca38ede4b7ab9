package dev.why502.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.apache.ApacheErrorLog;
import dev.why502.gateway.caddy.CaddyLog;
import dev.why502.gateway.haproxy.HaproxyLog;
import dev.why502.gateway.nginx.NginxErrorLogGrammar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lines as the four gateways write them, in {@code logs/*.tsv}: event, stage, peer ("-" for none),
 * tie and, after the last tab that counts, the line. The lines of a file stand in the order in
 * which a gateway would have written them.
 */
class LogLinesTest {
  private static final int LEAST_OF_EACH = 50;
  private static final Instant NOW = Instant.parse("2026-11-22T18:30:00Z");

  /** A line and what is to be made of it. */
  private record Expected(Event event, Stage stage, @Nullable String peer, Tie tie, String line) {
    static Expected of(String row) {
      String[] columns = row.split("\t", 5);
      return new Expected(
          Event.valueOf(columns[0]),
          Stage.valueOf(columns[1]),
          columns[2].equals("-") ? null : columns[2],
          Tie.valueOf(columns[3]),
          columns[4]);
    }
  }

  private final List<String> wrong = new ArrayList<>();
  private int all;

  @Test
  void linesOfAllFourGatewaysAreClassified() throws IOException {
    // Given
    InstantSource clock = InstantSource.fixed(NOW);

    // When
    classify("nginx", new NginxErrorLogGrammar(), facts("templates.example.org"));
    classify("haproxy", new HaproxyLog(clock), facts("web"));
    classify("apache", new ApacheErrorLog(), facts("templates.example.org"));
    classify("caddy", new CaddyLog(), facts("templates.example.org"));

    // Then
    System.out.println("log lines: " + (all - wrong.size()) + " of " + all + " classified right");
    assertTrue(all >= 4 * LEAST_OF_EACH);
    assertEquals(List.of(), wrong);
  }

  /** The request of ours that every line is held against. */
  private static RequestFacts facts(String serverName) {
    return new RequestFacts(
        "GET",
        "/api/templates",
        "templates.example.org",
        Set.of("127.0.0.1", "192.0.2.10"),
        Set.of("127.0.0.1:43210"),
        "/api/",
        serverName);
  }

  private void classify(String gateway, LogGrammar grammar, RequestFacts facts) throws IOException {
    List<Expected> expected = rows(gateway);
    assertTrue(expected.size() >= LEAST_OF_EACH, gateway);
    List<LoggedLine> lines =
        expected.stream().map(each -> grammar.parse(each.line(), ZoneOffset.UTC)).toList();
    List<Tie> ties = grammar.ties(lines, facts);
    for (int i = 0; i < lines.size(); i++) {
      Tie tie = ties.get(i);
      LogLine said = lines.get(i).evidence(gateway, gateway + ".log", NOW, true, tie);
      Expected wanted = expected.get(i);
      Expected found = new Expected(said.event(), said.stage(), said.peer(), tie, said.text());
      all++;
      if (!found.equals(wanted)) {
        wrong.add("%s.tsv:%d: %s, not %s%n".formatted(gateway, i + 1, found, wanted));
      }
    }
  }

  private static List<Expected> rows(String gateway) throws IOException {
    try (InputStream in = LogLinesTest.class.getResourceAsStream("/logs/" + gateway + ".tsv")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(Expected::of).toList();
    }
  }
}
