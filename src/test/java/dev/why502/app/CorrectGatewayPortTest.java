package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.app.OutageRemedyTest.Broken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shipped program by itself, on a real gateway. */
@Timeout(60)
class CorrectGatewayPortTest {
  private static final int KILLS = 40;

  @RegisterExtension static final RealSite SITE = new RealSite();

  private static Process start(Broken site, List<String> arguments, String... environment)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", OutageRemedyTest.SCRIPT.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(SITE.directory().resolve("out").toFile());
    builder.environment().put("CONFIG", site.config().toString());
    builder.environment().put("VERIFY_URL", "http://127.0.0.1:" + site.edge() + "/api/templates");
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    return builder.start();
  }

  private static int run(Broken site, List<String> arguments, String... environment)
      throws Exception {
    Process process = start(site, arguments, environment);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static List<String> arguments(Broken site, byte[] seen) throws Exception {
    return List.of(site.enabled().toString(), "4", site.from(), site.to(), sha256(seen));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] corrected(Broken site, byte[] before) {
    return new String(before, StandardCharsets.UTF_8)
        .replace(site.from(), site.to())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String said() throws IOException {
    return Files.readString(SITE.directory().resolve("out"));
  }

  /** Without a last line feed, with CR LF, with bytes of no encoding: all but the text stays. */
  @Test
  void everyOtherByteStays() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    String first = Files.readString(site.available());
    for (String end : List.of("", "\n", "\n\n# end\n", "\n# \u00e9\u0001", "\r\n#\r\n")) {
      String text = first + end;
      if (end.startsWith("\r")) {
        text = text.replace("\n", "\r\n").replace("\r\r", "\r");
      }
      byte[] before = text.getBytes(StandardCharsets.ISO_8859_1);
      Files.write(site.available(), before);
      // When
      int status = run(site, arguments(site, before));
      // Then
      assertEquals(0, status, said());
      assertEquals(
          text.replace(site.from(), site.to()),
          Files.readString(site.available(), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingDone() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    String hash = sha256(before);
    String file = site.enabled().toString();
    String to = site.to();
    // When
    int other = run(site, List.of(file, "4", site.from(), to, "0".repeat(64)));
    int absent = run(site, List.of(file + "x", "4", site.from(), to, hash));
    int line = run(site, List.of(file, "5", site.from(), to, hash));
    int beyond = run(site, List.of(file, "999", site.from(), to, hash));
    int zero = run(site, List.of(file, "0", site.from(), to, hash));
    int letters = run(site, List.of(file, "4", site.from(), to, "x".repeat(64)));
    int relative = run(site, List.of("sites-enabled/shop", "4", site.from(), to, hash));
    int lines = run(site, List.of(file, "4", site.from(), to + "\nevil", hash));
    int few = run(site, List.of(file, "4"));
    int option = run(site, List.of("--help", "4", site.from(), to, hash));
    // Then
    assertEquals(List.of(3, 3, 4, 4), List.of(other, absent, line, beyond));
    assertEquals(List.of(2, 2, 2, 2, 2, 2), List.of(zero, letters, relative, lines, few, option));
    assertEquals(hash, sha256(Files.readAllBytes(site.available())));
  }

  /** Patterns, options and commands are texts like any other. */
  @Test
  void textsAreTakenAsTheyAre() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    String text = Files.readString(site.available());
    for (String hostile :
        List.of("*", "$(touch P)", "`touch P`", "a;touch P", "&", "\\1", "%s", "-n", "'")) {
      byte[] before = ("# " + hostile + " it\n" + text).getBytes(StandardCharsets.UTF_8);
      Files.write(site.available(), before);
      // When
      int status =
          run(
              site,
              List.of(
                  site.enabled().toString(),
                  "1",
                  hostile + " it",
                  hostile + "&" + hostile,
                  sha256(before)),
              "VERIFY_STATUS",
              "502");
      // Then
      assertEquals(0, status, said());
      assertEquals("# " + hostile + "&" + hostile, Files.readAllLines(site.available()).get(0));
    }
    try (Stream<Path> files = Files.walk(SITE.directory())) {
      assertTrue(files.noneMatch(one -> one.endsWith("P")));
    }
    assertFalse(Files.exists(Path.of("P")));
  }

  @Test
  void refusedConfigurationIsNotTouched() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    Files.writeString(site.config(), Files.readString(site.config()) + "}\n");
    // When
    int status = run(site, arguments(site, before));
    // Then
    assertEquals(5, status, said());
    assertTrue(said().contains("as it is: nothing was done"), said());
  }

  /** Killed or asked to end at any moment: the file is the old one or the new one, whole. */
  @Test
  void interruptedAtAnyPointItLeavesAWholeFile() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    String old = sha256(before);
    String changed = sha256(corrected(site, before));
    Random chance = new Random(502);
    int olds = 0;
    int news = 0;
    Path fresh = SITE.directory().resolve("fresh");
    for (int i = 0; i < KILLS; i++) {
      Files.write(fresh, before);
      Files.move(fresh, site.available(), StandardCopyOption.REPLACE_EXISTING);
      boolean kill = i % 2 == 0;
      // When
      Process process = start(site, arguments(site, before));
      process.waitFor(chance.nextInt(140), TimeUnit.MILLISECONDS);
      RealSite.Said.of("kill", kill ? "-KILL" : "-TERM", "--", "-" + process.pid());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      // Then
      String now = sha256(Files.readAllBytes(site.available()));
      assertTrue(now.equals(old) || now.equals(changed), "torn at kill " + i);
      if (!kill) {
        int status = process.exitValue();
        assertTrue(status == 0 ? now.equals(changed) : now.equals(old), status + ": " + said());
      }
      olds += now.equals(old) ? 1 : 0;
      news += now.equals(changed) ? 1 : 0;
    }
    System.out.println(
        "correct-gateway-port: ended at "
            + KILLS
            + " moments, "
            + olds
            + " times the old file, "
            + news
            + " times the new one, torn 0");
    assertTrue(olds > 0 && news > 0, "both were met");
    // What a killed run has left does not disturb the next.
    Files.write(site.available(), before);
    assertEquals(0, run(site, arguments(site, before)), said());
  }

  /** Somebody edits the file at the same time: their text is never lost. */
  @Test
  void editOfAnotherIsNotUndone() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    String theirs = "# theirs\n" + new String(before, StandardCharsets.UTF_8);
    Process process =
        start(
            site,
            List.of(
                site.enabled().toString(),
                "4",
                site.from(),
                "localhost:" + SITE.port(),
                sha256(before)),
            "VERIFY_SECONDS",
            "2");
    ServiceProcess.until(
        10_000,
        "the file is swapped",
        () -> {
          try {
            return !sha256(Files.readAllBytes(site.available())).equals(sha256(before));
          } catch (Exception gone) {
            return false;
          }
        });
    // When
    Path fresh = site.available().resolveSibling(".theirs");
    Files.writeString(fresh, theirs);
    Files.move(fresh, site.available(), StandardCopyOption.ATOMIC_MOVE);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    // Then
    assertEquals(8, process.exitValue(), said());
    assertEquals(theirs, Files.readString(site.available()));
  }
}
