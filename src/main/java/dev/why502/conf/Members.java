package dev.why502.conf;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object, taken by key and type. Whatever is not as it must be goes to the
 * faults, and the caller gets null as for a key that is not there.
 */
final class Members {
  private final Map<String, Json> members;
  private final Pointer at;
  private final Faults faults;

  private Members(Map<String, Json> members, Pointer at, Faults faults) {
    this.members = members;
    this.at = at;
    this.faults = faults;
  }

  /** Null if the value is no object. Keys that are not known are faults. */
  static @Nullable Members of(Json value, Pointer at, Faults faults, List<String> known) {
    return of(value, at, faults, known, known);
  }

  /**
   * As above.
   *
   * @param suggestions what an unknown key may have been meant for: the known ones, and the keys of
   *     objects among them, such as {@code expect.status}
   */
  static @Nullable Members of(
      Json value, Pointer at, Faults faults, List<String> known, List<String> suggestions) {
    Members all = any(value, at, faults);
    if (all != null) {
      for (String key : all.members.keySet()) {
        if (!known.contains(key)) {
          String nearest = Nearest.of(key, suggestions);
          faults.add(at.child(key), "unknown key; the nearest known one is \"" + nearest + '"');
        }
      }
    }
    return all;
  }

  /** Of an object whose keys are the user's own. */
  static @Nullable Members any(Json value, Pointer at, Faults faults) {
    if (value instanceof Json.Obj object) {
      return new Members(object.members(), at, faults);
    }
    mismatch(value, at, faults, "an object");
    return null;
  }

  Pointer at() {
    return at;
  }

  Pointer at(String key) {
    return at.child(key);
  }

  boolean has(String key) {
    return members.containsKey(key);
  }

  /** The value as it stands, or null. */
  @Nullable Json get(String key) {
    return members.get(key);
  }

  /** Says so if the key is not there. */
  void require(String key) {
    if (!has(key)) {
      faults.add(at(key), "is missing");
    }
  }

  @Nullable Members object(String key, List<String> known) {
    Json value = members.get(key);
    return value == null ? null : of(value, at(key), faults, known);
  }

  @Nullable Members anyObject(String key) {
    Json value = members.get(key);
    return value == null ? null : any(value, at(key), faults);
  }

  /** Empty if the key is not there. */
  List<Json> array(String key, int most) {
    Json value = members.get(key);
    if (value instanceof Json.Arr array) {
      if (array.items().size() <= most) {
        return array.items();
      }
      faults.add(at(key), "has " + array.items().size() + " entries; " + most + " are allowed");
    } else if (value != null) {
      mismatch(value, at(key), faults, "an array");
    }
    return List.of();
  }

  @Nullable String text(String key) {
    return parsed(key, Parsed::of);
  }

  /** A string that the parser takes. */
  <T> @Nullable T parsed(String key, Function<String, Parsed<T>> parser) {
    Json value = members.get(key);
    return value == null ? null : parsed(value, at(key), parser);
  }

  /** As {@link #parsed}, of a string that no message may repeat, since URLs hold passwords. */
  <T> @Nullable T parsedUnseen(String key, Function<String, Parsed<T>> parser) {
    Json value = members.get(key);
    return value instanceof Json.Text text
        ? parsed(new Json.Text(text.value(), true), at(key), parser)
        : parsed(key, parser);
  }

  /** An array of strings, each of which the parser takes. */
  <T> List<T> parsedAll(String key, Function<String, Parsed<T>> parser) {
    List<T> all = new ArrayList<>();
    List<Json> items = array(key, Limits.ENTRIES);
    for (int i = 0; i < items.size(); i++) {
      T one = parsed(items.get(i), at(key).child(i), parser);
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  /** Strings by the user's own keys, in the order of the file. */
  Map<String, String> texts(
      Function<String, Parsed<String>> keyParser, Function<String, Parsed<String>> valueParser) {
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : members.entrySet()) {
      checkKey(member.getKey(), keyParser);
      String value = parsed(member.getValue(), at(member.getKey()), valueParser);
      if (value != null) {
        all.put(member.getKey(), value);
      }
    }
    return all;
  }

  /** The user's own keys. */
  Iterable<String> keys() {
    return members.keySet();
  }

  void checkKey(String key, Function<String, Parsed<String>> keyParser) {
    String problem = keyParser.apply(key).problem();
    if (problem != null) {
      faults.add(at(key), "the key " + problem);
    }
  }

  <T> @Nullable T parsed(Json value, Pointer place, Function<String, Parsed<T>> parser) {
    if (!(value instanceof Json.Text text)) {
      mismatch(value, place, faults, "a string");
      return null;
    }
    Parsed<T> parsed = parser.apply(text.value());
    if (parsed.problem() != null) {
      faults.add(place, text.quoted() + ' ' + parsed.problem());
    }
    return parsed.value();
  }

  @Nullable Boolean flag(String key) {
    Json value = members.get(key);
    if (value instanceof Json.Bool flag) {
      return flag.value();
    }
    if (value != null) {
      mismatch(value, at(key), faults, "true or false");
    }
    return null;
  }

  boolean flag(String key, boolean otherwise) {
    Boolean flag = flag(key);
    return flag == null ? otherwise : flag;
  }

  @Nullable Integer whole(String key, int least, int most) {
    Json value = members.get(key);
    return value == null ? null : whole(value, at(key), least, most);
  }

  @Nullable Integer whole(Json value, Pointer place, int least, int most) {
    if (!(value instanceof Json.Num number)) {
      mismatch(value, place, faults, "a number");
      return null;
    }
    double close = Double.parseDouble(number.literal());
    if (close < least || close > most || close != Math.rint(close)) {
      faults.add(
          place,
          Printable.quoted(number.literal()).replace("\"", "")
              + " is not a whole number from "
              + least
              + " to "
              + most);
      return null;
    }
    return (int) close;
  }

  @Nullable Duration duration(String key, Duration least, Duration most) {
    return parsed(
        key,
        text ->
            DurationText.parse(text)
                .then(
                    duration ->
                        duration.compareTo(least) < 0 || duration.compareTo(most) > 0
                            ? Parsed.not(
                                "is not between "
                                    + DurationText.text(least)
                                    + " and "
                                    + DurationText.text(most))
                            : Parsed.of(duration)));
  }

  /** A path; a relative one is meant from the directory given. */
  @Nullable String path(String key, Path baseDirectory) {
    return parsed(key, text -> resolve(text, baseDirectory));
  }

  /** As {@link #path}, with a warning if nothing can be read there now. Blocks. */
  @Nullable String readablePath(String key, Path baseDirectory) {
    String path = path(key, baseDirectory);
    String obstacle = path == null ? null : BoundedFile.obstacle(Path.of(path));
    if (obstacle != null) {
      faults.warn(at(key), "cannot be read: " + obstacle);
    }
    return path;
  }

  List<String> paths(String key, Path baseDirectory) {
    return List.copyOf(parsedAll(key, text -> resolve(text, baseDirectory)));
  }

  private static Parsed<String> resolve(String text, Path baseDirectory) {
    if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
      return Parsed.not("is not a path");
    }
    try {
      return Parsed.of(baseDirectory.resolve(text).toString());
    } catch (InvalidPathException e) {
      return Parsed.not("is not a path");
    }
  }

  private static void mismatch(Json value, Pointer at, Faults faults, String wanted) {
    if (!(value instanceof Json.Faulty)) {
      faults.add(at, "must be " + wanted + ", and is " + value.kind());
    }
  }
}
