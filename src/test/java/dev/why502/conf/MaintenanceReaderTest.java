package dev.why502.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import dev.why502.definition.Maintenance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceReaderTest {
  private static final String PROBES =
      "\"probes\": [{\"id\": \"shop\", \"target\": \"http://h\", \"labels\": {\"team\": \"a\"}},"
          + " {\"id\": \"blog\", \"target\": \"http://h\"}]";

  @Test
  void windowsCoverWhatTheySay() {
    // Given
    Maintenance maintenance =
        accepted(
            """
            {"from": "2026-03-01T22:00:00+01:00", "to": "2026-03-01T23:00:00+01:00"},
            {"cron": "0 3 * * sun", "zone": "Europe/Berlin", "duration": "2h",
             "labels": {"team": "a"}, "description": "backup"}
            """);

    // Then
    assertEquals(1, at(maintenance, "2026-03-01T21:30:00Z"));
    assertEquals(0, at(maintenance, "2026-03-01T22:00:00Z"));
    assertEquals(1, at(maintenance, "2026-03-08T02:00:00Z"));
    assertEquals(1, at(maintenance, "2026-07-05T01:00:00Z"));
    assertEquals(0, at(maintenance, "2026-07-05T03:00:00Z"));
    assertEquals(0, at(maintenance, "2026-07-06T01:30:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /maintenance/0: needs either from and to, or cron and duration",
        "{\"from\": \"2026-03-01T22:00:00Z\"} | /maintenance/0/to: is missing",
        "{\"from\": \"2026-03-01\", \"to\": \"2026-03-02T00:00:00Z\"} | /maintenance/0/from: \"2026-03-01\" is not a time with its offset such as 2026-01-31T22:00:00+01:00",
        "{\"from\": \"2026-03-02T00:00:00Z\", \"to\": \"2026-03-02T00:00:00Z\"} | /maintenance/0/to: is not after \"from\"",
        "{\"cron\": \"0 3 * *\", \"duration\": \"1h\"} | /maintenance/0/cron: \"0 3 * *\" is no schedule: five fields are needed (minute hour day month weekday), there are 4",
        "{\"cron\": \"0 3 * * *\"} | /maintenance/0/duration: is missing",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1s\"} | /maintenance/0/duration: \"1s\" is not between 1m and 31d",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1h\", \"zone\": \"Europe/Berlim\"} | /maintenance/0/zone: \"Europe/Berlim\" is no time zone; the nearest is \"Europe/Berlin\"",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1h\", \"probes\": [\"shap\"]} | /maintenance/0/probes/0: \"shap\" is the id of no probe; the nearest is \"shop\"",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1h\", \"probes\": []} | /maintenance/0/probes: is empty, and would match nothing",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1h\", \"prober\": []} | /maintenance/0/prober: unknown key; the nearest known one is \"probes\"",
        "{\"cron\": \"0 3 * * *\", \"duration\": \"1h\", \"from\": \"2026-03-02T00:00:00Z\"} | /maintenance/0: needs either from and to, or cron and duration",
      })
  void faultIsNamedAtItsPlace(String entry, String problem) {
    // When
    Reading reading = read(entry);

    // Then
    assertEquals(List.of(problem), reading.problems().stream().map(Problem::toString).toList());
  }

  private static int at(Maintenance maintenance, String wall) {
    return maintenance.at(Instant.parse(wall)).size();
  }

  private static Maintenance accepted(String entries) {
    Reading reading = read(entries);
    assertTrue(reading.accepted(), reading.problems()::toString);
    Definitions definitions = reading.definitions();
    assertNotNull(definitions);
    return definitions.reactions().maintenance();
  }

  private static Reading read(String entries) {
    String json = "{" + PROBES + ", \"maintenance\": [" + entries + "]}";
    return new DefinitionsReader(name -> null)
        .read(json.getBytes(StandardCharsets.UTF_8), Path.of("/"));
  }
}
