package dev.why502.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence with slots, and what it is in another language.
 *
 * @param rank its place in the catalogue, the most literal one first
 * @param english literal parts, one more than there are slots; neighbours are divided by a slot
 * @param kinds of the slots
 * @param other literal parts of the translation, one more than in {@code order}
 * @param order which slot stands between them, from 0 on
 */
record Template(
    int rank, List<String> english, List<Slot> kinds, List<String> other, List<Integer> order) {
  /** What may stand in a slot. */
  enum Slot {
    /** What the catalogue may know in its turn. */
    PHRASE,
    /** A phrase that the catalogue has without slots. */
    KNOWN,
    /** A name, an address, a number: nobody's to translate, and it holds no English. */
    NAME,
    /** Digits. */
    NUMBER,
    /** Somebody else's words: a line of a log or of a configuration. */
    QUOTE
  }

  private static final Pattern SLOT = Pattern.compile("\\{([=#!\"]?)\\}");
  private static final Pattern PLACE = Pattern.compile("\\{([1-9])\\}");

  Template {
    english = List.copyOf(english);
    kinds = List.copyOf(kinds);
    other = List.copyOf(other);
    order = List.copyOf(order);
  }

  /** What a template is found by: the text without its marks. */
  static String plain(String template) {
    return SLOT.matcher(template).replaceAll("{}");
  }

  /** The number of letters that are not in slots: the more, the surer is a match. */
  static int weight(String template) {
    return SLOT.matcher(template).replaceAll("").length();
  }

  /**
   * Reads an entry.
   *
   * @throws IllegalArgumentException where the translation names a slot that there is not
   */
  static Template of(int rank, String english, String other) {
    List<String> literals = new ArrayList<>();
    List<Slot> kinds = new ArrayList<>();
    Matcher slots = SLOT.matcher(english);
    int from = 0;
    while (slots.find()) {
      literals.add(english.substring(from, slots.start()));
      kinds.add(
          switch (slots.group(1)) {
            case "=" -> Slot.NAME;
            case "#" -> Slot.NUMBER;
            case "!" -> Slot.KNOWN;
            case "\"" -> Slot.QUOTE;
            default -> Slot.PHRASE;
          });
      from = slots.end();
    }
    literals.add(english.substring(from));

    List<String> parts = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    Matcher places = PLACE.matcher(other);
    from = 0;
    while (places.find()) {
      parts.add(other.substring(from, places.start()));
      order.add(Integer.parseInt(places.group(1)) - 1);
      from = places.end();
    }
    parts.add(other.substring(from));
    for (int slot : order) {
      if (slot >= kinds.size()) {
        throw new IllegalArgumentException("no such slot in: " + english);
      }
    }
    return new Template(rank, literals, kinds, parts, order);
  }

  int slots() {
    return kinds.size();
  }

  /** Whether it only joins what others say. */
  boolean joins() {
    return List.of("and").containsAll(words());
  }

  /** Words of the literals that stand alone in every sentence made of this template. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < english.size(); i++) {
      String literal = english.get(i);
      int end = 0;
      for (int start = 0; start < literal.length(); start = end + 1) {
        end = start;
        while (end < literal.length() && letter(literal.charAt(end))) {
          end++;
        }
        boolean whole =
            end > start && (start > 0 || i == 0) && (end < literal.length() || i == slots());
        if (whole) {
          words.add(literal.substring(start, end));
        }
      }
    }
    return words;
  }

  /** The words that say something in English and do not stand in the translation as they are. */
  void vocabulary(Set<String> all) {
    String translated = String.join(" ", other);
    for (String word : words()) {
      boolean prose = word.length() > 1 && word.chars().allMatch(c -> c >= 'a' && c <= 'z');
      if (prose && !translated.contains(word)) {
        all.add(word);
      }
    }
  }

  static boolean letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
