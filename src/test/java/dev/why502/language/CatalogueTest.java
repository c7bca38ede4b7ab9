package dev.why502.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every sentence that the sources put together has a translation, and every translation a sentence.
 */
class CatalogueTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/why502");

  /** Where texts are made that people read in verdicts, or beside them in a terminal. */
  private static final List<String> SPEAKING =
      List.of(
          "diagnosis",
          "evidence",
          "host",
          "probe",
          "gateway/ConfigFiles.java",
          "gateway/FileTexts.java",
          "gateway/GatewayProcesses.java",
          "gateway/LogFollower.java",
          "gateway/RotatedLog.java",
          "gateway/caddy/CaddyAdmin.java",
          "gateway/caddy/CaddyUpstreams.java",
          "gateway/haproxy/HaproxySocket.java",
          "gateway/haproxy/HaproxyStats.java",
          "gateway/FileConfigReader.java",
          "gateway/running/Invocation.java",
          "gateway/running/StartFiles.java",
          "terminal/VerdictText.java",
          "app/UncoveredRoutes.java",
          "terminal/PluginLine.java",
          "app/DemoCommand.java",
          "app/NotifyCommand.java",
          "watch/Words.java",
          "app/GatewayFinder.java",
          "app/ZeroConfig.java");

  /** File, template or *, reason. */
  private static final Path NO_TEXTS = Path.of("src/test/resources/language/no-texts.tsv");

  /** Words that stay in the Chinese: names of things that have no other. */
  private static final Set<String> KEPT =
      Set.of(
          "ms",
          "http",
          "https",
          "systemd",
          "dump",
          "nginx",
          "pid",
          "uid",
          "location",
          "server",
          "block",
          "unix",
          "cgroup",
          "resolver",
          "port",
          "nft",
          "and",
          "or",
          "systemctl",
          "pm2",
          "jlist",
          "show",
          "path",
          "max",
          "fifo",
          "stats");

  @Test
  void everyTextHasATranslation() throws IOException {
    // Given
    Translation translation = Chinese.translation();
    Map<String, String> templates = spoken();

    // When
    List<String> left = new ArrayList<>();
    templates.forEach(
        (template, place) -> {
          String english = filled(template);
          String said = translation.say(english);
          List<String> words = new ArrayList<>(Chinese.words(said));
          words.removeIf(word -> KEPT.contains(word) || !english.contains(word));
          if (!words.isEmpty() || said.equals(english)) {
            left.add(place + "\t" + template + "\t" + said);
          }
        });

    // Then
    System.out.println(
        templates.size() + " templates of texts, " + left.size() + " without Chinese");
    assertTrue(templates.size() > 500, () -> "only " + templates.size() + " templates were found");
    assertEquals("", String.join("\n", left));
  }

  @Test
  void everyTranslationHasItsText() throws IOException {
    // Given
    Set<String> said = new HashSet<>(all().keySet());

    // When
    Set<String> stale = new TreeSet<>();
    Chinese.files()
        .forEach(
            (file, text) -> {
              if (!file.equals(Chinese.JOINED)) {
                for (String english : Catalogue.entries(text).keySet()) {
                  if (!said.contains(Template.plain(english))) {
                    stale.add(file + ": " + english);
                  }
                }
              }
            });

    // Then
    assertEquals("", String.join("\n", stale));
  }

  @Test
  void everySlotIsInTheTranslation() {
    // When
    List<String> lost = new ArrayList<>();
    Catalogue.entries(Chinese.text())
        .forEach(
            (english, chinese) -> {
              Template template = Template.of(0, english, chinese);
              for (int slot = 0; slot < template.slots(); slot++) {
                if (!template.order().contains(slot)) {
                  lost.add(english);
                }
              }
            });

    // Then
    assertEquals(List.of(), lost);
  }

  @Test
  void everyExceptionIsNeeded() throws IOException {
    // Given
    Map<String, String> all = all();

    // When
    List<String> stale = new ArrayList<>();
    for (String[] one : exceptions()) {
      boolean there =
          all.entrySet().stream()
              .anyMatch(
                  text ->
                      text.getValue().startsWith(one[0] + ":")
                          && (one[1].equals("*") || one[1].equals(text.getKey())));
      if (!there) {
        stale.add(one[0] + ": " + one[1]);
      }
    }

    // Then
    assertEquals(List.of(), stale);
  }

  /** Texts for people, each with its place. */
  private static Map<String, String> spoken() throws IOException {
    Set<String> files = new HashSet<>();
    Set<String> texts = new HashSet<>();
    for (String[] exception : exceptions()) {
      if (exception[1].equals("*")) {
        files.add(exception[0]);
      } else {
        texts.add(exception[1]);
      }
    }
    Map<String, String> spoken = all();
    spoken
        .entrySet()
        .removeIf(
            text ->
                files.contains(text.getValue().split(":", 2)[0])
                    || texts.contains(text.getKey())
                    || !prose(text.getKey(), text.getValue()));
    return spoken;
  }

  /** A word alone is a text where verdicts are made, and a key anywhere else. */
  private static boolean prose(String text, String place) {
    boolean verdicts = Files.exists(SOURCES.resolve("diagnosis").resolve(place.split(":", 2)[0]));
    return text.indexOf('\n') < 0
        && !Chinese.words(text).isEmpty()
        && (verdicts || text.strip().indexOf(' ') > 0);
  }

  private static Map<String, String> all() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String one : SPEAKING) {
      files.addAll(SourceTexts.under(SOURCES.resolve(one)));
    }
    return new LinkedHashMap<>(SourceTexts.of(files));
  }

  private static List<String[]> exceptions() throws IOException {
    return Files.readAllLines(NO_TEXTS).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .toList();
  }

  /** With something in its slots that is a name everywhere. */
  private static String filled(String template) {
    StringBuilder out = new StringBuilder();
    int slot = 0;
    for (int i = 0; i < template.length(); i++) {
      if (template.startsWith("{}", i)) {
        out.append('S').append(++slot);
        i++;
      } else {
        out.append(template.charAt(i));
      }
    }
    return out.toString();
  }
}
