package dev.why502.web;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event as it is written to every stream that carries it.
 *
 * @param position in the order in which this process heard of things
 * @param probes that it speaks of; empty when it is for everybody
 */
record News(long position, NewsKind kind, List<String> probes, String text) {

  /**
   * What a reader asked for.
   *
   * @param probe only of this one, or null
   */
  record Wanted(Set<NewsKind> kinds, @Nullable String probe) {
    boolean takes(News news) {
      return kinds.contains(news.kind())
          && (probe == null || news.probes().isEmpty() || news.probes().contains(probe));
    }
  }
}
