package dev.why502.bus;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the components of records hold, and whether they hold what they must. */
final class Components {
  private Components() {}

  static @Nullable Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError("accessors of our records are public and do not fail", e);
    }
  }

  /**
   * JSON pointer of the first component that is null and is not marked {@link Nullable}; null when
   * there is none. A reader of JSON leaves what is absent null without a word.
   */
  static @Nullable String missing(@Nullable Object value, String pointer) {
    if (value instanceof Record) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Object part = read(component, value);
        String at = pointer + "/" + component.getName();
        if (part == null) {
          if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            return at;
          }
        } else {
          String inside = missing(part, at);
          if (inside != null) {
            return inside;
          }
        }
      }
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        String inside =
            list.get(i) == null ? pointer + "/" + i : missing(list.get(i), pointer + "/" + i);
        if (inside != null) {
          return inside;
        }
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (entry.getValue() == null) {
          return pointer + "/" + entry.getKey();
        }
      }
    }
    return null;
  }
}
