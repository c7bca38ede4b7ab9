package dev.why502.notify;

import dev.why502.definition.Receiver.Format;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether an answer means that the message arrived. The bots of Feishu, DingTalk and WeCom answer
 * 200 to everything, with a code in the body: who reads only the status loses alerts in silence.
 */
final class Judgement {
  /** Too many messages: from the lists of codes in the services' own documentation. */
  private static final Set<Long> FEISHU_BUSY = Set.of(9499L, 11232L);

  private static final Set<Long> DINGTALK_BUSY = Set.of(-1L, 130101L, 410100L);
  private static final Set<Long> WECOM_BUSY = Set.of(-1L, 45009L, 45033L);

  /** The bots count messages a minute. */
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(60);

  private static final int MAX_WORDS = 200;

  private Judgement() {}

  /**
   * Judges an answer.
   *
   * @param mask takes out of a text what is secret: some services repeat what was sent
   */
  static Attempt of(Format format, Answer answer, UnaryOperator<String> mask) {
    String failure = answer.failure();
    if (failure != null) {
      return Attempt.again(failure, null);
    }
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return body(format, answer, mask);
    }
    String words = "answered " + status + told(answer.body(), mask);
    if (status >= 300 && status < 400) {
      return Attempt.refused("answered " + status + "; redirects are not followed");
    }
    // 425 is asked to come again by its definition (RFC 8470, 5.2).
    boolean later = status >= 500 || status == 408 || status == 425 || status == 429;
    return later ? Attempt.again(words, answer.retryAfter()) : Attempt.refused(words);
  }

  private static Attempt body(Format format, Answer answer, UnaryOperator<String> mask) {
    return switch (format) {
      case ALERTMANAGER, WEBHOOK -> Attempt.taken("answered " + answer.status());
      case SLACK ->
          answer.body().strip().equals("ok")
              ? Attempt.taken("answered 200, ok")
              : Attempt.refused(
                  "answered " + answer.status() + " without ok" + told(answer.body(), mask));
      case FEISHU -> coded("code", "msg", FEISHU_BUSY, answer, mask);
      case DINGTALK -> coded("errcode", "errmsg", DINGTALK_BUSY, answer, mask);
      case WECOM -> coded("errcode", "errmsg", WECOM_BUSY, answer, mask);
    };
  }

  private static Attempt coded(
      String key, String words, Set<Long> busy, Answer answer, UnaryOperator<String> mask) {
    JsonObject body = object(answer.body());
    Object value = body == null ? null : body.getValue(key);
    // Feishu's older bots write it so.
    Object code =
        value == null && body != null && key.equals("code") ? body.getValue("StatusCode") : value;
    if (!(code instanceof Number number)) {
      return Attempt.refused(
          "answered "
              + answer.status()
              + " without the "
              + key
              + " that such a bot answers with"
              + told(answer.body(), mask));
    }
    long told = number.longValue();
    String said = body != null && body.getValue(words) instanceof String text ? text : "";
    String outcome = "answered " + answer.status() + ", " + key + " " + told;
    if (told == 0) {
      return Attempt.taken(outcome);
    }
    String full = outcome + told(said, mask);
    return busy.contains(told) ? Attempt.again(full, BUSY_PAUSE) : Attempt.refused(full);
  }

  private static @Nullable JsonObject object(String body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException notOne) {
      return null;
    }
  }

  private static String told(String text, UnaryOperator<String> mask) {
    String line = Plain.line(mask.apply(text.strip()), MAX_WORDS);
    return line.isEmpty() ? "" : ": " + line;
  }
}
