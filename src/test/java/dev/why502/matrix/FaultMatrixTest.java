package dev.why502.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault behind or in every gateway that is installed: named with its addresses, nobody else
 * blamed, nothing wrong said without the log or the configuration, and cured by the printed steps.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class FaultMatrixTest {
  private static final Path DOCUMENT = Path.of("src/docs/FAULTS.md");
  private static final Pattern VERSION = Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)");
  private static final int MAX_MINUTES = 8;

  /** Of ten faults of configuration, so many must be cured by what is printed. */
  private static final double CURED = 0.9;

  private final Map<String, String> versions = new LinkedHashMap<>();
  private List<JsonObject> results = List.of();
  private boolean whole;

  @BeforeAll
  void run(@TempDir Path directory) throws Exception {
    require("a namespace of our own", Said.usable(Sandbox.DRY_RUN.toArray(String[]::new)));
    for (String[] tool :
        new String[][] {{"nft", "--version"}, {"ip", "-V"}, {"openssl", "version"}}) {
      require(tool[0], Said.usable(tool));
    }
    for (Program program : Program.all()) {
      String[] command = program.version().toArray(String[]::new);
      if (Said.usable(command)) {
        Matcher version = VERSION.matcher(Said.of(command).text());
        versions.put(program.title(), version.find() ? version.group(1) : "");
      } else {
        missing(program.title());
      }
    }
    require("a gateway", !versions.isEmpty());
    boolean processes = Pm2.install(directory);
    if (!processes) {
      // It is no gateway, and where npm's registry cannot be reached nothing brings it.
      System.out.println("PM2 is not to be had here: the faults of its processes are skipped");
    }
    whole = processes && versions.size() == Program.all().size();
    results = matrix(directory, processes);
    List<String> titles = List.copyOf(versions.keySet());
    System.out.println(FaultsDocument.figures(results, titles));
    System.out.println(FaultsDocument.cures(results, titles));
  }

  private static void require(String what, boolean there) {
    if (!there) {
      missing(what);
    }
    assumeTrue(there, what + " is not to be had here: the fault matrix is skipped");
  }

  private static void missing(String what) {
    if (Boolean.getBoolean("why502.require.gateways")) {
      fail(what + " is required and missing");
    }
    System.out.println(what + " is not to be had here: its part of the fault matrix is skipped");
  }

  private static List<JsonObject> matrix(Path directory, boolean processes) throws Exception {
    Path file = directory.resolve("results.json");
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(
                Sandbox.command(
                    directory,
                    MatrixRun.class,
                    List.of(directory.toString(), file.toString(), faults(processes))))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail("the matrix does not end: " + Files.readString(said));
    }
    assertEquals(0, process.exitValue(), Files.readString(said));
    return FaultsDocument.cells(new JsonArray(Files.readString(file)));
  }

  /** All faults, or all but those of managed processes, by their names. */
  private static String faults(boolean processes) {
    List<String> managed = ProcessFaults.all().stream().map(fault -> fault.id).toList();
    return processes
        ? "all"
        : Fault.all().stream()
            .map(fault -> fault.id)
            .filter(id -> !managed.contains(id))
            .collect(java.util.stream.Collectors.joining(","));
  }

  @TestFactory
  Stream<DynamicTest> faultIsNamedAndNobodyElseBlamed() {
    return results.stream()
        .filter(cell -> cell.getString("inapplicable") == null)
        .map(
            cell ->
                dynamicTest(
                    cell.getString("gateway") + ": " + cell.getString("title"),
                    () ->
                        assertTrue(
                            cell.getJsonArray("faults").isEmpty(),
                            () ->
                                cell.getJsonArray("faults").encodePrettily()
                                    + cell.encodePrettily())));
  }

  @Test
  void faultsAreAsManyAsPromised() {
    long applied =
        results.stream()
            .filter(cell -> cell.getString("inapplicable") == null)
            .filter(cell -> !FaultsDocument.healthy(cell))
            .map(cell -> cell.getString("fault"))
            .distinct()
            .count();
    assertTrue(applied >= 40, applied + " faults");
  }

  @Test
  void printedStepsCureFaultsOfConfiguration() {
    List<JsonObject> tried =
        results.stream()
            .filter(cell -> cell.getBoolean("configured"))
            .filter(cell -> cell.getString("inapplicable") == null)
            .toList();
    List<String> uncured = new ArrayList<>();
    for (JsonObject cell : tried) {
      if (!FaultsDocument.isCured(cell)) {
        uncured.add(
            cell.getString("gateway")
                + ", "
                + cell.getString("title")
                + ": "
                + cell.getString("cure", "not made"));
      }
    }
    double share = 1 - (double) uncured.size() / tried.size();
    assertTrue(share >= CURED, share + " cured; not: " + String.join("\n", uncured));
  }

  @Test
  void resultsAreWrittenDown() throws IOException {
    assumeTrue(whole, "only a whole matrix is written down");
    String text = FaultsDocument.of(results, versions);
    if (!Files.exists(DOCUMENT) || !Files.readString(DOCUMENT).equals(text)) {
      Files.writeString(DOCUMENT, text);
    }
    assertTrue(text.endsWith("\n"));
  }
}
