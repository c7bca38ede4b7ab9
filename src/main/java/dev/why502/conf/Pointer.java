package dev.why502.conf;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document. Kept as a chain, because the text (RFC 6901) is needed only where
 * there is something to say.
 */
record Pointer(@Nullable Pointer parent, String segment) {
  static final Pointer ROOT = new Pointer(null, "");

  Pointer child(String key) {
    return new Pointer(this, key);
  }

  Pointer child(int index) {
    return new Pointer(this, Integer.toString(index));
  }

  String text() {
    Deque<String> segments = new ArrayDeque<>();
    for (Pointer at = this; at.parent != null; at = at.parent) {
      segments.push(at.segment);
    }
    StringBuilder text = new StringBuilder();
    for (String segment : segments) {
      text.append('/').append(segment.replace("~", "~0").replace("/", "~1"));
    }
    return text.toString();
  }
}
