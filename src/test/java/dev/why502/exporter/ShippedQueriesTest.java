package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.web.Meters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped for Prometheus and Grafana asks for what is served. */
@Timeout(60)
class ShippedQueriesTest {
  private static final Path PROMETHEUS = Path.of("conf/prometheus");
  private static final Path DASHBOARD = Path.of("conf/grafana/dashboards/why502.json");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  /** Words of the query language. */
  private static final Set<String> WORDS =
      Set.of(
          "sum",
          "min",
          "max",
          "avg",
          "count",
          "rate",
          "increase",
          "absent",
          "vector",
          "time",
          "label_values",
          "or",
          "and",
          "unless",
          "by",
          "on",
          "bool",
          "group_left",
          "offset",
          "ignoring",
          "without",
          "avg_over_time");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  @Test
  void everyMetricThatIsAskedForIsServed() throws IOException {
    // Given
    Set<String> served = new TreeSet<>(Gauges.names());
    new Meters("0")
        .text()
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .forEach(line -> served.add(line.split(" ")[2]));
    // Of Prometheus itself.
    served.add("up");
    List<String> queries = new ArrayList<>(dashboard());
    queries.addAll(rules());
    // When
    Set<String> asked = new TreeSet<>();
    queries.forEach(query -> asked.addAll(names(query)));
    // Then
    assertTrue(queries.size() >= 30, queries.toString());
    Set<String> notServed = new TreeSet<>(asked);
    notServed.removeAll(served);
    assertEquals(Set.of(), notServed);
    Set<String> notAsked = new TreeSet<>(served);
    notAsked.removeIf(name -> asked.contains(name) || !name.startsWith("why502_"));
    assertEquals(
        Set.of("why502_config_last_reload_success_timestamp_seconds"),
        notAsked,
        "metrics of ours that neither a rule nor the dashboard shows");
  }

  @Test
  void queryWithAnUnknownMetricWouldBeNoticed() {
    // When
    Set<String> names = names("sum by (probe) (rate(why502_gone_total{a=\"b\"}[5m])) > 3");
    // Then
    assertEquals(Set.of("why502_gone_total"), names);
  }

  @Test
  void promtoolTakesRulesAndConfigurationAndTheirTestsHold(@TempDir Path folder)
      throws IOException {
    // Given
    Blackbox.require(PROMTOOL);
    for (String file : List.of("prometheus.yml", "why502.rules.yml")) {
      Files.copy(PROMETHEUS.resolve(file), folder.resolve(file));
    }
    Path tests = Path.of("src/test/resources/prometheus/why502.rules.test.yml");
    Files.copy(tests, folder.resolve("tests.yml"));
    // When
    String rules = promtool(folder, "check", "rules", "why502.rules.yml");
    String config = promtool(folder, "check", "config", "prometheus.yml");
    String unit = promtool(folder, "test", "rules", "tests.yml");
    // Then
    assertTrue(rules.contains("16 rules found"), rules);
    assertTrue(config.contains("is valid"), config);
    assertTrue(unit.contains("SUCCESS"), unit);
  }

  /** The dashboard's queries as rules, so that their syntax is checked by who will read them. */
  @Test
  void promtoolTakesTheDashboardsQueries(@TempDir Path folder) throws IOException {
    // Given
    Blackbox.require(PROMTOOL);
    JsonArray rules = new JsonArray();
    for (String query : dashboard()) {
      if (!query.startsWith("label_values")) {
        String plain = query.replace("$__rate_interval", "1m");
        rules.add(new JsonObject().put("record", "a:b" + rules.size()).put("expr", plain));
      }
    }
    JsonObject group = new JsonObject().put("name", "dashboard").put("rules", rules);
    JsonObject file = new JsonObject().put("groups", JsonArray.of(group));
    Files.writeString(folder.resolve("dashboard.yml"), file.encodePrettily());
    // When
    String told = promtool(folder, "check", "rules", "dashboard.yml");
    // Then
    assertTrue(told.contains(rules.size() + " rules found"), told);
  }

  private static String promtool(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
    command.addAll(List.of(arguments));
    return Site.run(command, folder);
  }

  private static List<String> dashboard() throws IOException {
    List<String> all = new ArrayList<>();
    JsonObject dashboard = new JsonObject(Files.readString(DASHBOARD));
    gather(dashboard, all);
    return all;
  }

  private static void gather(Object value, List<String> all) {
    if (value instanceof JsonObject object) {
      for (String key : object.fieldNames()) {
        boolean query =
            (key.equals("expr") || key.equals("query")) && object.getValue(key) instanceof String;
        if (query && !object.getString(key).equals("prometheus")) {
          all.add(object.getString(key));
        } else {
          gather(object.getValue(key), all);
        }
      }
    } else if (value instanceof JsonArray array) {
      array.forEach(one -> gather(one, all));
    }
  }

  /** Expressions, and what annotations ask for. */
  private static List<String> rules() throws IOException {
    List<String> all = new ArrayList<>();
    StringBuilder folded = null;
    for (String line : Files.readAllLines(PROMETHEUS.resolve("why502.rules.yml"))) {
      String text = line.strip();
      if (folded != null && text.matches("(for|labels):.*")) {
        all.add(folded.toString());
        folded = null;
      } else if (folded != null) {
        folded.append(text).append(' ');
      }
      if (text.equals("expr: >-")) {
        folded = new StringBuilder();
      } else if (text.startsWith("expr: ")) {
        all.add(text.substring("expr: ".length()));
      }
      Matcher asked = Pattern.compile("printf \"([^\"]*)\"").matcher(text);
      while (asked.find()) {
        all.add(asked.group(1).replace("%q", "\"\""));
      }
    }
    return all;
  }

  private static Set<String> names(String query) {
    String bare =
        query
            .replaceAll("\\{[^}]*}", " ")
            .replaceAll("\\[[^]]*]", " ")
            .replaceAll("\\b(by|on|ignoring|without|group_left)\\s*\\([^)]*\\)", " ")
            .replaceAll("\"[^\"]*\"", " ")
            .replaceAll("\\boffset \\S+", " ")
            .replaceAll("label_values\\(([^,]*),[^)]*\\)", "$1");
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(bare);
    while (matcher.find()) {
      if (!WORDS.contains(matcher.group())) {
        names.add(matcher.group());
      }
    }
    return names;
  }
}
