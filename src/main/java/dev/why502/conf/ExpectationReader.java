package dev.why502.conf;

import dev.why502.definition.Expectation;
import dev.why502.definition.Expectation.StatusRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key {@code expect} of a probe. */
final class ExpectationReader {
  static final List<String> KEYS =
      List.of(
          "status", "within", "bodyContains", "bodyMatches", "json", "header", "certificateDays");

  /** No certificate lasts so long. */
  private static final int MOST_CERTIFICATE_DAYS = 3_650;

  private final Faults faults;

  ExpectationReader(Faults faults) {
    this.faults = faults;
  }

  Expectation read(@Nullable Members expect) {
    if (expect == null) {
      return Expectation.DEFAULT;
    }
    Members header = expect.anyObject("header");
    return new Expectation(
        status(expect),
        expect.duration("within", Limits.SHORTEST_TIMEOUT, Limits.LONGEST_TIMEOUT),
        expect.parsed("bodyContains", ExpectationReader::notEmpty),
        expect.parsed("bodyMatches", PatternText::re2),
        json(expect.anyObject("json")),
        header == null
            ? Map.of()
            : Collections.unmodifiableMap(
                header.texts(RequestReader::headerName, PatternText::re2)),
        expect.whole("certificateDays", 1, MOST_CERTIFICATE_DAYS));
  }

  private List<StatusRange> status(Members expect) {
    if (!expect.has("status")) {
      return Expectation.DEFAULT.status();
    }
    List<StatusRange> ranges = new ArrayList<>();
    List<Json> items = expect.array("status", Limits.ENTRIES);
    for (int i = 0; i < items.size(); i++) {
      Pointer place = expect.at("status").child(i);
      if (items.get(i) instanceof Json.Num) {
        Integer code = expect.whole(items.get(i), place, StatusText.LOWEST, StatusText.HIGHEST);
        if (code != null) {
          ranges.add(new StatusRange(code, code));
        }
      } else {
        StatusRange range = expect.parsed(items.get(i), place, StatusText::parse);
        if (range != null) {
          ranges.add(range);
        }
      }
    }
    if (items.isEmpty() && expect.get("status") instanceof Json.Arr) {
      faults.add(expect.at("status"), "is empty, and would refuse every answer");
    }
    return ranges;
  }

  private static Map<String, String> json(@Nullable Members json) {
    Map<String, String> all = new LinkedHashMap<>();
    if (json != null) {
      for (String path : json.keys()) {
        json.checkKey(path, PatternText::jsonPath);
        Json value = json.get(path);
        all.put(path, value == null ? "null" : value.text());
      }
    }
    return Collections.unmodifiableMap(all);
  }

  private static Parsed<String> notEmpty(String text) {
    return text.isEmpty() ? Parsed.not("is empty, and is in any body") : Parsed.of(text);
  }
}
