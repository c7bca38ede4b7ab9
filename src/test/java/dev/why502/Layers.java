package dev.why502;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The table of imports of {@code src/docs/ARCHITECTURE.md} as rules, made for any root package: the
 * project's own, and the one in which violations are planted.
 */
final class Layers {
  /** What each package of the core may import of ours. */
  static final Map<String, Set<String>> CORE =
      Map.of(
          "language", Set.of(),
          "definition", Set.of(),
          "observation", Set.of("definition"),
          "evidence", Set.of("definition", "observation"),
          "diagnosis", Set.of("definition", "observation", "evidence"),
          "incident", Set.of("definition", "diagnosis"),
          "history", Set.of("definition", "observation", "diagnosis"));

  /** Packages of the shell, each with those of the shell that it may import. */
  static final Map<String, Set<String>> SHELL =
      Map.ofEntries(
          Map.entry("conf", Set.of()),
          Map.entry("probe", Set.of()),
          Map.entry("exporter", Set.of()),
          Map.entry("gateway", Set.of()),
          Map.entry("host", Set.of()),
          Map.entry("engine", Set.of("bus")),
          Map.entry("bus", Set.of()),
          Map.entry("web", Set.of("bus")),
          Map.entry("terminal", Set.of()),
          Map.entry("watch", Set.of("bus", "terminal")),
          Map.entry("store", Set.of("bus")),
          Map.entry("notify", Set.of("bus")),
          Map.entry("remedy", Set.of("bus")),
          Map.entry("cluster", Set.of("bus")));

  private static final String APP = "app";

  /** Of the JDK and of libraries, all that arithmetic on records needs. */
  private static final String[] PURE = {
    "java.lang..",
    "java.util",
    "java.util.function",
    "java.util.stream",
    "java.util.regex",
    "java.time..",
    "java.math",
    "java.text",
    "java.nio.charset",
    "java.security",
    "org.jspecify.."
  };

  /** Classes of those packages that are a clock, a thread, a process or an input all the same. */
  private static final Set<String> IMPURE =
      Set.of(
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.lang.ThreadGroup",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.lang.Runtime",
          "java.lang.ref.Cleaner",
          "java.security.SecureRandom",
          "java.time.Clock",
          "java.time.InstantSource",
          "java.util.Timer",
          "java.util.TimerTask",
          "java.util.Random",
          "java.util.Scanner",
          "java.util.ServiceLoader");

  private Layers() {}

  /** Every rule by its name, for the packages below the root. */
  static Map<String, ArchRule> rules(String root) {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    for (String name : sorted(CORE)) {
      rules.put(name + " imports of ours what the table allows", imports(root, name, CORE));
      rules.put(name + " is arithmetic", arithmetic(root, name));
      rules.put(name + " reads nothing from its surroundings", surroundings(root, name));
    }
    for (String name : sorted(SHELL)) {
      rules.put(name + " imports of the shell what the table allows", imports(root, name, SHELL));
    }
    rules.put(
        "nothing imports app",
        noClasses()
            .that(resideInAPackage(root + "..").and(not(resideInAPackage(below(root, APP)))))
            .should()
            .dependOnClassesThat(resideInAPackage(below(root, APP)))
            .allowEmptyShould(true));
    return rules;
  }

  private static ArchRule imports(String root, String name, Map<String, Set<String>> table) {
    Stream<String> others =
        Stream.of(CORE.keySet(), SHELL.keySet(), Set.of(APP))
            .flatMap(Set::stream)
            .filter(other -> !other.equals(name) && !table.get(name).contains(other))
            .filter(other -> table == CORE || !CORE.containsKey(other));
    return noClasses()
        .that(resideInAPackage(below(root, name)))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(others.map(other -> below(root, other)).toArray(String[]::new)))
        .allowEmptyShould(true);
  }

  private static ArchRule arithmetic(String root, String name) {
    DescribedPredicate<JavaClass> ours = resideInAPackage(root + "..");
    DescribedPredicate<JavaClass> pure =
        resideInAnyPackage(PURE)
            .and(
                DescribedPredicate.describe(
                    "are no clock, thread, process or input",
                    type -> !IMPURE.contains(type.getName())));
    // Primitives and their arrays stand in no package.
    DescribedPredicate<JavaClass> primitive =
        DescribedPredicate.describe(
            "are primitive", type -> type.getBaseComponentType().isPrimitive());
    return noClasses()
        .that(resideInAPackage(below(root, name)))
        .should()
        .dependOnClassesThat(not(ours.or(pure).or(primitive)).as("are neither ours nor pure"))
        .allowEmptyShould(true);
  }

  private static ArchRule surroundings(String root, String name) {
    return noClasses()
        .that(resideInAPackage(below(root, name)))
        .should()
        .accessTargetWhere(
            DescribedPredicate.<JavaAccess<?>>describe(
                "reads a clock, the locale, the zone, chance or the environment", Layers::asks))
        .allowEmptyShould(true);
  }

  /** Whether an access asks the machine for something that is no argument. */
  private static boolean asks(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    return switch (owner) {
      case "java.lang.System" ->
          !Set.of("arraycopy", "identityHashCode", "lineSeparator").contains(name);
      case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
      case "java.util.Locale", "java.util.TimeZone" -> name.equals("getDefault");
      case "java.time.ZoneId" -> name.equals("systemDefault");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.util.Date" -> name.equals("<init>");
      default -> owner.startsWith("java.time.") && name.equals("now");
    };
  }

  private static String below(String root, String name) {
    return root + "." + name + "..";
  }

  private static List<String> sorted(Map<String, ?> table) {
    return table.keySet().stream().sorted().toList();
  }
}
