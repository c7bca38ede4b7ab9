package dev.why502.language;

/**
 * Says in another language what was said in English. The diagnosis knows nothing of it: a sentence
 * is matched with the templates of a catalogue, and what stands in their slots (a phrase, a list, a
 * name, a line of a log) is looked at in the same way or left as it is. What no template fits stays
 * English. Has no state that changes, so that it may be shared by threads.
 */
public final class Translation {
  /** Longer texts are somebody else's: ours are of a line. */
  static final int LONGEST = 768;

  private final Catalogue catalogue;

  private Translation(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * A translation by the entries of a catalogue: English, a tab, the other language, one a line.
   *
   * @throws IllegalArgumentException where a line is no entry
   */
  public static Translation of(String catalogue) {
    return new Translation(Catalogue.of(catalogue));
  }

  /** For English: says everything as it is. */
  public static Translation none() {
    return new Translation(Catalogue.of(""));
  }

  /** The sentence in the other language, as far as the catalogue knows it. */
  public String say(String english) {
    return catalogue.size() == 0 || english.length() > LONGEST
        ? english
        : new Sentence(catalogue, english).say().text();
  }

  /** How many words of our English would be left over in what is said. */
  int left(String english) {
    return new Sentence(catalogue, english).say().left();
  }

  int size() {
    return catalogue.size();
  }
}
