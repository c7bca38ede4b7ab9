package dev.why502.remedy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Remedy;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reliability promise R18: nothing is done about a file that is no longer what was seen. */
@Timeout(60)
class R18ChangedFileTest {
  private static final int CHANGES = 1_000;
  private static final Logger LOG = Logger.getLogger("dev.why502.remedy");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void heard() {
    LOG.setLevel(null);
  }

  /** The file changes at another step each time: before the decision, while evidence is kept. */
  @Test
  void remedyNeverRunsAgainstAFileThatChanged() throws Exception {
    // Given
    Path file = directory.resolve("site.conf");
    Path ran = directory.resolve("ran");
    Remedy correct =
        Given.remedy(
            Given.remedy("correct", "app", "/bin/sh", "-c", "echo $WHY502_SHA256 >> " + ran),
            Map.of(),
            Duration.ofSeconds(5),
            Cause.GATEWAY_WRONG_PORT.code());
    Random chance = new Random(502);
    int withdrawn = 0;
    int unchanged = 0;
    try (RemedyDesk desk =
        new RemedyDesk(directory, true, new Times(List.of(0L), 500, 2_000, 10, 100))) {
      desk.with(Given.definitions(List.of(Given.probe("app", "gw")), correct))
          .sees("app", Given.up("app"));
      for (int i = 0; i < CHANGES; i++) {
        Files.writeString(file, "proxy_pass http://localhost:" + (10_000 + i) + ";\n");
        Verdict verdict = verdict(file);
        int when = chance.nextInt(20);
        if (when < 10) {
          change(file, chance);
        }
        desk.onKeep = when < 19 ? () -> change(file, chance) : () -> {};
        // When
        desk.hears(verdict);
        if (when < 19) {
          // The first withdrawal is told, what repeats it is not: it is over when nobody runs.
          while (desk.first().getString("state").equals("running")) {
            Thread.onSpinWait();
          }
          withdrawn++;
        } else {
          assertEquals(Outcome.REPAIRED, next(desk).outcome());
          unchanged++;
        }
        desk.passes(TimeUnit.HOURS.toMillis(1));
      }
    }
    // Then
    List<String> runs = Files.exists(ran) ? Files.readAllLines(ran) : List.of();
    assertEquals(unchanged, runs.size());
    assertTrue(withdrawn > 900, withdrawn + " withdrawn");
    System.out.println(
        "R18: "
            + withdrawn
            + " of "
            + CHANGES
            + " files changed in time, "
            + runs.size()
            + " runs, 0 against a changed file");
  }

  /** Past what was withdrawn. */
  private static RemedyRun next(RemedyDesk desk) throws InterruptedException {
    RemedyRun run = desk.outcome();
    while (run.outcome() == Outcome.WITHDRAWN) {
      run = desk.outcome();
    }
    return run;
  }

  private static void change(Path file, Random chance) {
    try {
      switch (chance.nextInt(4)) {
        case 0 -> Files.writeString(file, "# another first line\n" + Files.readString(file));
        case 1 -> Files.writeString(file, "");
        case 2 -> Files.delete(file);
        default -> Files.writeString(file, Files.readString(file) + " ");
      }
    } catch (IOException gone) {
      // It had been deleted, and that is a change as well.
      return;
    }
  }

  private static Verdict verdict(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    String text = new String(bytes, StandardCharsets.UTF_8);
    return Given.down(
        "app",
        Cause.GATEWAY_WRONG_PORT,
        new Fix(
            "point it elsewhere",
            new Fix.At(file.toString(), 1, hash),
            List.of(),
            null,
            new Fix.Replacement(text.substring(11, text.indexOf(';')), "http://localhost:2")));
  }
}
