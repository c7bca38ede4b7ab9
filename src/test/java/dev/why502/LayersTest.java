package dev.why502;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the layering, and shows that it would notice. */
class LayersTest {
  private static final String ROOT = "dev.why502";
  private static final String PLANTED = ROOT + ".planted";

  /** Which rule each planted class breaks; the well-behaved ones among them break none. */
  private static final Map<String, String> BROKEN =
      Map.ofEntries(
          Map.entry("definition imports of ours what the table allows", "NamesEvidence"),
          Map.entry("definition is arithmetic", "OpensAFile"),
          Map.entry("diagnosis is arithmetic", "StartsAThread KnowsVertx HoldsASocket"),
          Map.entry(
              "diagnosis reads nothing from its surroundings",
              "ReadsTheClock ReadsTheNanoClock AsksTheEnvironment"),
          Map.entry("diagnosis imports of ours what the table allows", "NamesTheHost"),
          Map.entry("incident imports of ours what the table allows", "NamesEvidenceToo"),
          Map.entry("web imports of the shell what the table allows", "KnowsTheHost"),
          Map.entry("engine imports of the shell what the table allows", "KnowsTheApp"),
          Map.entry("gateway imports of the shell what the table allows", "KnowsTheBus"),
          Map.entry("terminal imports of the shell what the table allows", "KnowsTheBusToo"),
          Map.entry("nothing imports app", "KnowsTheApp"));

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    // Given
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    // Then
    assertTrue(classes.contain(ROOT + ".diagnosis.Verdict"), "the project's classes were found");
    assertAll(Layers.rules(ROOT).values().stream().map(rule -> () -> rule.check(classes)));
  }

  @Test
  void everyPackageIsInTheTable() {
    // Given
    Set<String> known = new TreeSet<>(Layers.CORE.keySet());
    known.addAll(Layers.SHELL.keySet());
    known.add("app");

    // When
    Set<String> found =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT)
                .stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.")[0])
                .collect(Collectors.toCollection(TreeSet::new));

    // Then
    found.removeAll(known);
    assertEquals(Set.of(), found);
  }

  @Test
  void plantedViolationIsCaught() {
    // Given
    JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);

    // When
    Map<String, Set<String>> caught = new TreeMap<>();
    Layers.rules(PLANTED)
        .forEach(
            (name, rule) -> {
              List<String> details = rule.evaluate(planted).getFailureReport().getDetails();
              Set<String> culprits =
                  planted.stream()
                      .filter(type -> details.stream().anyMatch(detail -> names(detail, type)))
                      .map(JavaClass::getSimpleName)
                      .collect(Collectors.toCollection(TreeSet::new));
              if (!culprits.isEmpty()) {
                caught.put(name, culprits);
              }
            });

    // Then
    assertEquals(expected(), culpritsOnly(caught));
  }

  private static boolean names(String detail, JavaClass type) {
    return detail.contains("<" + type.getName() + ".")
        || detail.contains("<" + type.getName() + ">");
  }

  private static Map<String, Set<String>> expected() {
    Map<String, Set<String>> expected = new TreeMap<>();
    BROKEN.forEach((rule, names) -> expected.put(rule, new TreeSet<>(Set.of(names.split(" ")))));
    return expected;
  }

  /** A report names the class that is imported as well: those planted to be imported are left. */
  private static Map<String, Set<String>> culpritsOnly(Map<String, Set<String>> caught) {
    caught.values().forEach(names -> names.removeIf(name -> name.startsWith("Innocent")));
    return caught;
  }
}
