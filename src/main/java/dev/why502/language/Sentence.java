package dev.why502.language;

import dev.why502.language.Template.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sentence on its way into another language. Of all templates that fit, the one is taken that
 * leaves the fewest words of our English over, and among equals the most literal one. The text may
 * come from anywhere, so the work is counted: when it is used up, the rest stays as it is.
 */
final class Sentence {
  /** Parts of one sentence that are looked at; an ordinary one has about ten. */
  private static final int MOST_PARTS = 80;

  /** Ways to lay one template over one text. */
  private static final int MOST_WAYS = 12;

  /** A service may be called "process"; but what has more of our words is a sentence. */
  private static final int MOST_WORDS_OF_A_NAME = 1;

  /** A word left over where a translation should be counts more than one in a name's place. */
  private static final int WORD = 16;

  private final Catalogue catalogue;
  private final String text;
  private final Map<Long, Said> known = new HashMap<>();
  private int parts;

  Sentence(Catalogue catalogue, String text) {
    this.catalogue = catalogue;
    this.text = text;
  }

  /**
   * @param cost of what is left over
   * @param changed whether anything was translated
   */
  record Said(String text, int cost, boolean changed) {
    int left() {
      return cost / WORD;
    }
  }

  Said say() {
    return say(0, text.length());
  }

  private Said say(int from, int to) {
    long key = ((long) from << 32) | to;
    Said before = known.get(key);
    if (before != null) {
      return before;
    }
    String part = text.substring(from, to);
    Said best = new Said(part, WORD * words(from, to), false);
    if (best.cost() > 0 && parts++ < MOST_PARTS) {
      Said found = best(from, to, best.cost());
      best = found == null ? best : found;
    }
    known.put(key, best);
    return best;
  }

  /** Null where nothing costs as little as to leave it as it is. */
  private @Nullable Said best(int from, int to, int leftAsItIs) {
    Said best = null;
    int limit = leftAsItIs + 1;
    for (Template template : candidates(from, to)) {
      for (int[] way : ways(template, from, to)) {
        Said said = said(template, way, limit);
        if (said != null) {
          best = said;
          limit = said.cost();
        }
      }
      if (limit == 0) {
        return best;
      }
    }
    return best;
  }

  /** The templates that have a word in this part, the most literal first. */
  private List<Template> candidates(int from, int to) {
    List<Template> found = new ArrayList<>(catalogue.joining());
    int end;
    for (int start = from; start < to; start = end + 1) {
      end = start;
      while (end < to && Template.letter(text.charAt(end))) {
        end++;
      }
      if (end > start) {
        for (Template one : catalogue.with(text.substring(start, end))) {
          if (!found.contains(one)) {
            found.add(one);
          }
        }
      }
    }
    found.sort(Comparator.comparingInt(Template::rank));
    return found;
  }

  /** Where the slots of a template begin and end, for each way to lay it over this part. */
  private List<int[]> ways(Template template, int from, int to) {
    List<String> literals = template.english();
    int slots = template.slots();
    String first = literals.get(0);
    String last = literals.get(slots);
    if (slots == 0) {
      boolean same = to - from == first.length() && text.startsWith(first, from);
      return same ? List.of(new int[0]) : List.of();
    }
    int begin = from + first.length();
    int end = to - last.length();
    if (end < begin || !text.startsWith(first, from) || !text.startsWith(last, end)) {
      return List.of();
    }
    // From behind: no literal may stand later, else there is no room for those after it.
    int[] latest = new int[slots];
    latest[slots - 1] = end;
    for (int slot = slots - 2; slot >= 0; slot--) {
      String literal = literals.get(slot + 1);
      latest[slot] = text.lastIndexOf(literal, latest[slot + 1] - literal.length());
      if (latest[slot] < begin) {
        return List.of();
      }
    }
    List<int[]> ways = new ArrayList<>();
    lay(template, 0, begin, latest, new int[2 * slots], ways);
    return ways;
  }

  private void lay(
      Template template, int slot, int from, int[] latest, int[] way, List<int[]> ways) {
    if (slot == template.slots()) {
      ways.add(way.clone());
      return;
    }
    way[2 * slot] = from;
    String next = slot == template.slots() - 1 ? "" : template.english().get(slot + 1);
    if (slot == template.slots() - 1) {
      way[2 * slot + 1] = latest[slot];
      lay(template, slot + 1, from, latest, way, ways);
    } else if (next.isEmpty()) {
      adjacent(template, slot, from, latest, way, ways);
    } else {
      int at = text.indexOf(next, from);
      while (at >= 0 && at <= latest[slot] && ways.size() < most(template)) {
        way[2 * slot + 1] = at;
        lay(template, slot + 1, at + next.length(), latest, way, ways);
        at = text.indexOf(next, at + 1);
      }
    }
  }

  /** With nothing between two slots the second begins as a clause does, or is empty. */
  private void adjacent(
      Template template, int slot, int from, int[] latest, int[] way, List<int[]> ways) {
    int to = latest[slot];
    for (int at = from; at <= to && ways.size() < MOST_WAYS; at++) {
      char c = at < to ? text.charAt(at) : ';';
      char then = at + 1 < to ? text.charAt(at + 1) : ' ';
      boolean clause = (c == ',' || c == ':') && then == ' ';
      boolean aside = c == ' ' && then == '(';
      if (c == ';' || clause || aside) {
        way[2 * slot + 1] = at;
        lay(template, slot + 1, at, latest, way, ways);
      }
    }
  }

  /** A list is taken apart at its first comma, and what is behind it in its turn. */
  private static int most(Template template) {
    return template.joins() ? 2 : MOST_WAYS;
  }

  /**
   * Null where it does not cost less than the limit, or where a template that only joins would join
   * what none of the others knows.
   */
  private @Nullable Said said(Template template, int[] way, int limit) {
    String[] slots = new String[template.slots()];
    int cost = 0;
    boolean changed = !template.joins();
    for (int i = 0; i < slots.length; i++) {
      int from = way[2 * i];
      int to = way[2 * i + 1];
      Slot kind = template.kinds().get(i);
      int words = kind == Slot.NAME ? words(from, to) : 0;
      if (words > MOST_WORDS_OF_A_NAME || (kind == Slot.NUMBER && !number(from, to))) {
        return null;
      }
      slots[i] = text.substring(from, to);
      cost += words;
    }
    for (int i = 0; i < slots.length && cost < limit; i++) {
      Slot kind = template.kinds().get(i);
      if (kind == Slot.PHRASE || kind == Slot.KNOWN) {
        Said said = say(way[2 * i], way[2 * i + 1]);
        boolean unknown = kind == Slot.KNOWN && !catalogue.phrase(slots[i]);
        if (unknown || (template.joins() && said.cost() >= WORD)) {
          return null;
        }
        slots[i] = said.text();
        cost += said.cost();
        changed |= said.changed();
      }
    }
    if (cost >= limit) {
      return null;
    }
    return changed ? new Said(Typography.join(template, slots), cost, true) : null;
  }

  private boolean number(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return from < to;
  }

  /** Words of our English in a part that stand as words do, not in an address or a path. */
  private int words(int from, int to) {
    int count = 0;
    int end;
    for (int start = from; start < to; start = end + 1) {
      end = start;
      while (end < to && Template.letter(text.charAt(end))) {
        end++;
      }
      if (end - start > 1
          && (start == from || " (\"".indexOf(text.charAt(start - 1)) >= 0)
          && (end == to || " ,;:)\"".indexOf(text.charAt(end)) >= 0)
          && catalogue.ours(text.substring(start, end))) {
        count++;
      }
    }
    return count;
  }
}
