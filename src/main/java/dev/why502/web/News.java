package dev.why502.web;

import dev.why502.bus.JsonText;
import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One event as it is written to every stream that carries it. */
final class News {
  private static final String DATA = "\ndata: ";

  private final long position;
  private final NewsKind kind;
  private final List<String> probes;
  private final String text;
  private @Nullable String chinese;

  /**
   * Something to be told.
   *
   * @param position in the order in which this process heard of things
   * @param probes that it speaks of; empty when it is for everybody
   * @param text the event in English
   */
  News(long position, NewsKind kind, List<String> probes, String text) {
    this.position = position;
    this.kind = kind;
    this.probes = List.copyOf(probes);
    this.text = text;
  }

  long position() {
    return position;
  }

  /** In English. */
  String text() {
    return text;
  }

  /** In the language of a reader: translated once, by the first one who wants it so. */
  String text(Language language) {
    if (language == Language.ENGLISH || !kind.spoken()) {
      return text;
    }
    String known = chinese;
    if (known == null) {
      int body = text.indexOf(DATA) + DATA.length();
      JsonObject message = new JsonObject(text.substring(body));
      known =
          text.substring(0, body)
              + JsonText.of(Spoken.in(language).message(kind.address, message))
              + "\n\n";
      chinese = known;
    }
    return known;
  }

  /**
   * What a reader asked for.
   *
   * @param probe only of this one, or null
   */
  record Wanted(Set<NewsKind> kinds, @Nullable String probe, Language language) {
    boolean takes(News news) {
      return kinds.contains(news.kind)
          && (probe == null || news.probes.isEmpty() || news.probes.contains(probe));
    }
  }
}
