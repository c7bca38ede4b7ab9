package dev.why502.language;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * English templates with what each is in another language. One line holds one: English, a tab, the
 * translation. {@code {}} is a slot, {@code {!}} one for what the catalogue knows, {@code {=}} one
 * for a name, {@code {#}} one for a number, {@code {"}} one for a quotation; in the translation
 * {@code {1}} is the first of them. Lines that begin with # are for the reader.
 */
final class Catalogue {
  private final List<Template> templates;
  private final Map<String, List<Template>> byWord = new HashMap<>();
  private final List<Template> joining = new ArrayList<>();
  private final Set<String> phrases = new HashSet<>();
  private final Set<String> vocabulary = new HashSet<>();

  private Catalogue(List<Template> templates) {
    this.templates = templates;
    Map<String, Integer> frequency = new HashMap<>();
    templates.forEach(
        template -> Set.copyOf(template.words()).forEach(w -> frequency.merge(w, 1, Integer::sum)));
    for (Template template : templates) {
      if (template.joins()) {
        joining.add(template);
      } else {
        byWord
            .computeIfAbsent(rarest(template, frequency), word -> new ArrayList<>())
            .add(template);
      }
      if (template.slots() == 0) {
        phrases.add(template.english().get(0));
      }
      template.vocabulary(vocabulary);
    }
  }

  /**
   * Reads the text of a catalogue.
   *
   * @throws IllegalArgumentException where a line is no entry, or is there twice
   */
  static Catalogue of(String text) {
    Map<String, String> entries = entries(text);
    List<Map.Entry<String, String>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.<Map.Entry<String, String>>comparingInt(one -> Template.weight(one.getKey()))
            .reversed());
    List<Template> templates = new ArrayList<>();
    for (Map.Entry<String, String> one : sorted) {
      templates.add(Template.of(templates.size(), one.getKey(), one.getValue()));
    }
    return new Catalogue(List.copyOf(templates));
  }

  /** English and its translation, as they stand there. */
  static Map<String, String> entries(String text) {
    Map<String, String> entries = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (String line : text.split("\\n")) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        int tab = line.indexOf('\t');
        if (tab < 1 || tab == line.length() - 1 || line.indexOf('\t', tab + 1) >= 0) {
          throw new IllegalArgumentException("no entry: " + line);
        }
        String english = line.substring(0, tab);
        if (!seen.add(Template.plain(english))) {
          throw new IllegalArgumentException("twice: " + english);
        }
        entries.put(english, line.substring(tab + 1));
      }
    }
    return entries;
  }

  private static String rarest(Template template, Map<String, Integer> frequency) {
    return template.words().stream()
        .min(
            Comparator.<String>comparingInt(frequency::get)
                .thenComparing(Comparator.comparingInt(String::length).reversed())
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  int size() {
    return templates.size();
  }

  /** Templates one of whose own words is this. */
  List<Template> with(String word) {
    return byWord.getOrDefault(word, List.of());
  }

  /** Templates without a word of their own. */
  List<Template> joining() {
    return joining;
  }

  /** Whether this is an entry without slots. */
  boolean phrase(String text) {
    return phrases.contains(text);
  }

  /** Whether a word is one of our English, so that it should not be left over. */
  boolean ours(String word) {
    return vocabulary.contains(word);
  }
}
