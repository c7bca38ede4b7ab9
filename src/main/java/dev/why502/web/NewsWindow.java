package dev.why502.web;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** The newest events of one kind, for readers whose connection broke. */
final class NewsWindow {
  static final int MAX_EVENTS = 512;

  private final int maxChars;
  private final Deque<News> kept = new ArrayDeque<>();
  private long chars;

  /** Everything behind this position is here. */
  private long completeFrom = Long.MAX_VALUE;

  NewsWindow(int maxChars) {
    this.maxChars = maxChars;
  }

  /** From now on each event comes in here. */
  void open(long position) {
    close();
    completeFrom = position;
  }

  /** Nobody listens any more: from now on events are missed. */
  void close() {
    kept.clear();
    chars = 0;
    completeFrom = Long.MAX_VALUE;
  }

  void add(News news) {
    kept.addLast(news);
    chars += news.text().length();
    while (chars > maxChars || kept.size() > MAX_EVENTS) {
      News oldest = kept.removeFirst();
      chars -= oldest.text().length();
      completeFrom = oldest.position();
    }
  }

  /** Whether nothing that came behind the position has been lost. */
  boolean reaches(long position) {
    return position >= completeFrom;
  }

  void after(long position, Collection<News> into) {
    for (News news : kept) {
      if (news.position() > position) {
        into.add(news);
      }
    }
  }
}
