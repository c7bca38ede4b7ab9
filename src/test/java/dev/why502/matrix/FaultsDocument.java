package dev.why502.matrix;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The matrix for people: no times, no ports, no paths, so that equal results are equal text. */
final class FaultsDocument {
  private static final String INTRODUCTION =
      """
      # Faults: what was injected, and what was said of it

      This page is written by a test (`FaultMatrixTest`). Each fault is made by real means, with
      real sockets, TLS, firewall rules, unix sockets and processes, behind or in a real gateway of
      each kind, in a network of its own; then the site is diagnosed as `diagnose --definitions`
      does it, three times: with all there is to know, without the gateway's log, and without its
      configuration.

      A cell holds three words, one for each of these: the confidence of the verdict where it names
      the cause of the row, or, in italics, what it names instead. Such a verdict is less deep and
      not another: a step of the same chain, the symptom, or one that is only `possible` or
      `unknown`. `WRONG` stands where it is not. The first word is also held to this: the verdict
      names the addresses at fault, and no healthy part of the site is blamed.
      """;

  private static final String HEALTH =
      """
      ## Health

      Nothing is wrong with these: every probe is `up`, the exit status is 0 and no risk is claimed.
      """;

  private static final String CURES =
      """
      ## Cures

      Where a line of the gateway's configuration is at fault, the steps that the verdict prints are
      run as they stand, and the site is diagnosed again.
      """;

  private FaultsDocument() {}

  /**
   * @param results what the cells came to, in their order
   * @param versions of the gateways by their title, in the order of the columns
   */
  static String of(List<JsonObject> results, Map<String, String> versions) {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    text.append("\nGateways: ");
    List<String> named = new ArrayList<>();
    versions.forEach((title, version) -> named.add(title + " " + version));
    text.append(String.join(", ", named)).append(".\n\n");
    List<String> titles = List.copyOf(versions.keySet());
    table(text, results.stream().filter(cell -> !healthy(cell)).toList(), titles);
    text.append('\n').append(figures(results, titles));
    text.append('\n').append(HEALTH).append('\n');
    table(text, results.stream().filter(FaultsDocument::healthy).toList(), titles);
    text.append('\n').append(CURES).append('\n').append(cures(results, titles));
    text.append('\n').append(inapplicable(results));
    return text.toString();
  }

  private static void table(StringBuilder text, List<JsonObject> results, List<String> titles) {
    text.append("| what | verdict | ").append(String.join(" | ", titles)).append(" |\n");
    text.append("| --- | --- |").append(" --- |".repeat(titles.size())).append('\n');
    rows(results)
        .forEach(
            (fault, cells) -> {
              text.append("| ").append(title(cells)).append(" | ").append(causes(cells));
              titles.forEach(title -> text.append(" | ").append(cell(cells.get(title))));
              text.append(" |\n");
            });
  }

  /** Whether nothing is wrong in it. */
  static boolean healthy(JsonObject cell) {
    return cell.getString("expected").equals("ok");
  }

  private static Map<String, Map<String, JsonObject>> rows(List<JsonObject> results) {
    Map<String, Map<String, JsonObject>> rows = new LinkedHashMap<>();
    for (JsonObject cell : results) {
      rows.computeIfAbsent(cell.getString("fault"), fault -> new LinkedHashMap<>())
          .put(cell.getString("gateway"), cell);
    }
    return rows;
  }

  private static String title(Map<String, JsonObject> cells) {
    return cells.values().iterator().next().getString("title");
  }

  private static String causes(Map<String, JsonObject> cells) {
    return String.join(
        ", ",
        cells.values().stream()
            .filter(cell -> cell.getString("inapplicable") == null)
            .map(cell -> "`" + cell.getString("expected") + "`")
            .distinct()
            .toList());
  }

  private static String cell(@Nullable JsonObject cell) {
    if (cell == null || cell.getString("inapplicable") != null) {
      return "–";
    }
    if (!cell.containsKey("all")) {
      return "not made";
    }
    List<String> words = new ArrayList<>();
    for (String key : List.of("all", "noLog", "noConfig")) {
      words.add(word(cell, key));
    }
    boolean wrong = !cell.getJsonArray("faults").isEmpty();
    return String.join(", ", words) + (wrong ? " **WRONG**" : "");
  }

  private static String word(JsonObject cell, String key) {
    JsonObject verdict = cell.getJsonObject(key);
    if (verdict == null) {
      return "not made";
    }
    return named(cell, key)
        ? verdict.getString("confidence")
        : "*" + verdict.getString("cause") + "* " + verdict.getString("confidence");
  }

  static boolean named(JsonObject cell, String key) {
    JsonObject verdict = cell.getJsonObject(key);
    return verdict != null && verdict.getString("cause").equals(cell.getString("expected"));
  }

  private static List<JsonObject> of(List<JsonObject> results, String title) {
    return results.stream()
        .filter(cell -> cell.getString("gateway").equals(title) && !healthy(cell))
        .filter(cell -> cell.getString("inapplicable") == null)
        .toList();
  }

  /** How many of the faults of each gateway are named. */
  static String figures(List<JsonObject> results, List<String> titles) {
    StringBuilder text =
        new StringBuilder(
            "| gateway | faults | named | without its log | without its configuration | wrong |\n"
                + "| --- | --- | --- | --- | --- | --- |\n");
    List<JsonObject> all = new ArrayList<>();
    for (String title : titles) {
      all.addAll(of(results, title));
      figures(text, title, of(results, title));
    }
    figures(text, "all", all);
    return text.toString();
  }

  private static void figures(StringBuilder text, String title, List<JsonObject> cells) {
    text.append("| ").append(title).append(" | ").append(cells.size());
    for (String key : List.of("all", "noLog", "noConfig")) {
      text.append(" | ").append(cells.stream().filter(cell -> named(cell, key)).count());
    }
    text.append(" | ")
        .append(cells.stream().filter(cell -> !cell.getJsonArray("faults").isEmpty()).count())
        .append(" |\n");
  }

  /** Which printed steps cure. */
  static String cures(List<JsonObject> results, List<String> titles) {
    StringBuilder text = new StringBuilder("| fault | ");
    text.append(String.join(" | ", titles)).append(" |\n| --- |");
    text.append(" --- |".repeat(titles.size())).append('\n');
    List<JsonObject> tried =
        results.stream()
            .filter(cell -> cell.getBoolean("configured"))
            .filter(cell -> cell.getString("inapplicable") == null)
            .toList();
    rows(tried)
        .forEach(
            (fault, cells) -> {
              text.append("| ").append(title(cells));
              titles.forEach(title -> text.append(" | ").append(cured(cells.get(title))));
              text.append(" |\n");
            });
    return text.append("\nCured: ")
        .append(tried.stream().filter(FaultsDocument::isCured).count())
        .append(" of ")
        .append(tried.size())
        .append(".\n")
        .toString();
  }

  static boolean isCured(JsonObject cell) {
    return "up".equals(cell.getString("cure"));
  }

  private static String cured(@Nullable JsonObject cell) {
    if (cell == null) {
      return "–";
    }
    String cure = cell.getString("cure", "not made");
    return cure.equals("up") ? "up" : cure.startsWith("no steps") ? "no steps" : "**not cured**";
  }

  private static String inapplicable(List<JsonObject> results) {
    StringBuilder text = new StringBuilder("## What does not apply\n\n");
    for (JsonObject cell : results) {
      String why = cell.getString("inapplicable");
      if (why != null) {
        text.append("- ").append(cell.getString("title")).append(": ");
        text.append(cell.getString("gateway")).append(", ").append(why).append(".\n");
      }
    }
    return text.toString();
  }

  static List<JsonObject> cells(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }
}
