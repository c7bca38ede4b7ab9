package dev.why502.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one request.
 *
 * @param status 0 where there was no answer
 * @param body its first {@value #MAX_BODY} bytes
 * @param retryAfter how long to wait, where the answer said so
 * @param failure in words, where there was no answer
 */
record Answer(int status, String body, @Nullable Duration retryAfter, @Nullable String failure) {
  static final int MAX_BODY = 64 * 1024;

  static Answer none(String failure) {
    return new Answer(0, "", null, failure);
  }
}
