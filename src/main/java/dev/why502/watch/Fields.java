package dev.why502.watch;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body from outside, read field by field: what is not there, of another type or too long is
 * nothing, or cut, and never an exception.
 */
final class Fields {
  /** Of a text that is kept, in characters: more than is ever printed of one. */
  static final int MAX_TEXT = 4096;

  static final int MAX_LIST = 100;

  private final JsonObject body;

  private Fields(JsonObject body) {
    this.body = body;
  }

  static Fields of(@Nullable Object body) {
    return new Fields(body instanceof JsonObject object ? object : new JsonObject());
  }

  boolean has(String key) {
    return body.getValue(key) != null;
  }

  /** The text, or an empty one. */
  String text(String key) {
    return cut(body.getValue(key));
  }

  @Nullable Instant time(String key) {
    try {
      return body.getValue(key) instanceof String text && text.length() <= 40
          ? Instant.parse(text)
          : null;
    } catch (DateTimeException odd) {
      return null;
    }
  }

  /** A whole number, or -1. */
  long number(String key) {
    Object value = body.getValue(key);
    return value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : -1;
  }

  boolean flag(String key) {
    return Boolean.TRUE.equals(body.getValue(key));
  }

  Fields object(String key) {
    return of(body.getValue(key));
  }

  /** The texts among the first {@value #MAX_LIST} of a list. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object one : list(key)) {
      if (one instanceof String && texts.size() < MAX_LIST) {
        texts.add(cut(one));
      }
    }
    return texts;
  }

  JsonArray list(String key) {
    return body.getValue(key) instanceof JsonArray array ? array : new JsonArray();
  }

  private static String cut(@Nullable Object value) {
    String text = value instanceof String some ? some : "";
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
