package dev.why502.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.why502.definition.Expectation;
import dev.why502.definition.Expectation.StatusRange;
import dev.why502.observation.Certificate;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Mismatch.What;
import dev.why502.observation.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Holds an answer against an expectation. */
final class Judgement {
  /** Compiled patterns kept; above that all are compiled anew. */
  private static final int MOST_PATTERNS = 65_536;

  /** Characters of an answer shown in a mismatch. */
  private static final int SHOWN = 200;

  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private Judgement() {}

  /** Whether the whole body is needed, not only its beginning. */
  static boolean needsBody(Expectation expect) {
    return expect.bodyContains() != null
        || expect.bodyMatches() != null
        || !expect.json().isEmpty();
  }

  /** Status and headers. */
  static List<Mismatch> ofHead(Expectation expect, Response response) {
    List<Mismatch> mismatches = new ArrayList<>();
    if (!expect.acceptsStatus(response.status())) {
      mismatches.add(
          new Mismatch(
              What.STATUS, statusText(expect.status()), Integer.toString(response.status())));
    }
    expect
        .header()
        .forEach(
            (name, pattern) -> {
              List<String> values =
                  response.headers().stream()
                      .filter(header -> header.name().equalsIgnoreCase(name))
                      .map(header -> header.value())
                      .toList();
              Pattern compiled = compiled(pattern);
              if (compiled == null
                  || values.stream().noneMatch(value -> compiled.matcher(value).find())) {
                mismatches.add(
                    new Mismatch(
                        What.HEADER,
                        name + ": " + pattern,
                        values.isEmpty() ? "no such header" : shown(String.join(", ", values))));
              }
            });
    return mismatches;
  }

  /** What the expectation says on the body; dear on a large one. */
  static List<Mismatch> ofBody(Expectation expect, byte[] body) {
    List<Mismatch> mismatches = new ArrayList<>();
    String text = new String(body, UTF_8);
    String contains = expect.bodyContains();
    if (contains != null && !text.contains(contains)) {
      mismatches.add(new Mismatch(What.BODY, "contains " + contains, shown(text)));
    }
    String matches = expect.bodyMatches();
    if (matches != null) {
      Pattern pattern = compiled(matches);
      if (pattern == null || !pattern.matcher(text).find()) {
        mismatches.add(new Mismatch(What.BODY, "matches " + matches, shown(text)));
      }
    }
    if (!expect.json().isEmpty()) {
      mismatches.addAll(JsonExpectation.check(expect.json(), body));
    }
    return mismatches;
  }

  /** The time the run took and how long the certificate is still valid. */
  static List<Mismatch> ofRun(
      Expectation expect, double millis, @Nullable Certificate certificate, Instant now) {
    List<Mismatch> mismatches = new ArrayList<>();
    Duration within = expect.within();
    if (within != null && millis > within.toNanos() / 1e6) {
      mismatches.add(
          new Mismatch(
              What.WITHIN, "within " + within.toMillis() + " ms", Math.round(millis) + " ms"));
    }
    Integer days = expect.certificateDays();
    if (days != null && certificate != null && certificate.notAfter() != null) {
      Duration left = Duration.between(now, certificate.notAfter());
      if (left.compareTo(Duration.ofDays(days)) < 0) {
        mismatches.add(
            new Mismatch(
                What.CERTIFICATE_DAYS,
                "valid for " + days + " days",
                "valid for " + left.toDays() + " days, until " + certificate.notAfter()));
      }
    }
    return mismatches;
  }

  /** "200-399, 404". */
  static String statusText(List<StatusRange> ranges) {
    List<String> texts = new ArrayList<>();
    for (StatusRange range : ranges) {
      texts.add(
          range.from() == range.to()
              ? Integer.toString(range.from())
              : range.from() + "-" + range.to());
    }
    return String.join(", ", texts);
  }

  static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /** Null for a pattern that is none; the definitions' check refuses it before it comes here. */
  private static @Nullable Pattern compiled(String pattern) {
    Pattern known = PATTERNS.get(pattern);
    if (known != null) {
      return known;
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      if (PATTERNS.size() >= MOST_PATTERNS) {
        PATTERNS.clear();
      }
      PATTERNS.put(pattern, compiled);
      return compiled;
    } catch (PatternSyntaxException e) {
      return null;
    }
  }
}
