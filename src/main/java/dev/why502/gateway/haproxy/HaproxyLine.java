package dev.why502.gateway.haproxy;

import dev.why502.evidence.Place;
import dev.why502.gateway.FileText;
import java.util.List;

/**
 * One line of a configuration, as words.
 *
 * @param number from 1
 * @param raw the line as it stands, without its comment
 * @param negated whether it began with "no"
 */
record HaproxyLine(FileText file, int number, List<String> words, String raw, boolean negated) {
  HaproxyLine {
    words = List.copyOf(words);
  }

  String name() {
    return words.get(0);
  }

  /** The word at a place, "" when there is none; 0 is the first one. */
  String arg(int index) {
    return index < words.size() ? words.get(index) : "";
  }

  List<String> from(int index) {
    return words.subList(Math.min(index, words.size()), words.size());
  }

  /** Begins with these words. */
  boolean is(String... begin) {
    for (int i = 0; i < begin.length; i++) {
      if (!arg(i).equals(begin[i])) {
        return false;
      }
    }
    return true;
  }

  /** The word after another one, "" when there is none. */
  String after(String key) {
    int at = words.indexOf(key);
    return at < 0 ? "" : arg(at + 1);
  }

  /** Where its condition begins, or its length. */
  int condition() {
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i).equals("if") || words.get(i).equals("unless")) {
        return i;
      }
    }
    return words.size();
  }

  Place place() {
    return new Place(file.path(), number, text(), file.sha256());
  }

  String text() {
    return HaproxyText.line(raw, words);
  }

  /** "haproxy.cfg:12", for notes. */
  String where() {
    return file.path() + ":" + number;
  }

  String fault(String message) {
    return where() + ": " + HaproxyText.shown(message);
  }
}
