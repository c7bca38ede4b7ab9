package dev.why502.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.HeaderRule;
import dev.why502.exporter.Look.Seen;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import dev.why502.observation.Visited;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the last answer against the module, in blackbox_exporter's order, and writes its metrics.
 * Pure, and dear where patterns meet a large body.
 */
final class HttpJudge {
  private final ProbeModule.Http module;
  private final boolean edge;
  private final Gauges gauges;
  private final Journal journal;
  private @Nullable String kind;
  private @Nullable String phase;
  private @Nullable String cause;

  HttpJudge(ProbeModule.Http module, boolean edge, Gauges gauges, Journal journal) {
    this.module = module;
    this.edge = edge;
    this.gauges = gauges;
    this.journal = journal;
  }

  Seen judge(HttpAnswer answer) {
    Visited seen = answer.seen();
    Response response = seen.response();
    gauges.set("probe_http_status_code", seen.status());
    gauges.set("probe_http_redirects", answer.redirects());
    gauges.set("probe_http_content_length", response == null ? 0 : contentLength(response));
    gauges.set("probe_http_uncompressed_body_length", 0);
    gauges.set("probe_http_version", response == null ? 0 : version(response));
    gauges.set("probe_http_ssl", response != null && answer.target().scheme().tls() ? 1 : 0);
    gauges.set("probe_failed_due_to_regex", 0);
    phases(answer);
    if (response == null) {
      String refusal = answer.redirects() > 0 ? "redirect-forbidden" : Look.FORBIDDEN;
      String manner = seen.refused() ? refusal : Sightings.code(seen.failure());
      return Seen.bad(
          Sightings.code(seen.phase()),
          manner,
          seen.refused()
              ? ""
              : Blame.of(answer.target(), edge, module.statuses(), seen, List.of()));
    }
    head(answer, response);
    body(answer);
    end(answer, response);
    if (response.header("last-modified") != null) {
      lastModified(response.header("last-modified"));
    }
    if (seen.presented() != null) {
      Sightings.tls(gauges, seen.presented(), true);
    }
    return kind == null || phase == null
        ? Seen.GOOD
        : Seen.bad(phase, kind, cause == null ? "" : cause);
  }

  private void phases(HttpAnswer answer) {
    boolean found = answer.seen().address() != null || answer.redirects() > 0;
    phase(answer, "resolve", Phase.RESOLVE);
    if (found) {
      phase(answer, "connect", Phase.CONNECT);
      phase(answer, "tls", Phase.TLS);
      phase(answer, "processing", Phase.REQUEST, Phase.PROCESSING);
      phase(answer, "transfer", Phase.TRANSFER);
    }
  }

  private void phase(HttpAnswer answer, String name, Phase... parts) {
    double millis = 0;
    for (Phase part : parts) {
      millis += answer.spent().getOrDefault(part, 0.0);
    }
    gauges.set("probe_http_duration_seconds", "phase", name, millis / 1000);
  }

  private void head(HttpAnswer answer, Response response) {
    int status = response.status();
    boolean accepted =
        module.statuses().isEmpty()
            ? status >= 200 && status < 300
            : module.statuses().contains(status);
    if (!accepted) {
      String wanted = module.statuses().isEmpty() ? "2xx" : module.statuses().toString();
      journal.note("status " + status + ", wanted " + wanted);
      if (answer.stopped() == null) {
        bad("processing", "status", statusCause(answer, wanted));
      } else {
        boolean limit = answer.stopped().equals("redirect-limit");
        bad(
            "processing",
            answer.stopped(),
            limit ? Mismatches.cause(Mismatch.What.REDIRECT_LOOP) : "");
      }
      return;
    }
    boolean ruled = !module.headerMatches().isEmpty() || !module.headerNotMatches().isEmpty();
    if (ruled && !headersDo(response)) {
      gauges.set("probe_failed_due_to_regex", 1);
      bad("processing", "header-regex", Mismatches.cause(Mismatch.What.HEADER));
    }
  }

  private String statusCause(HttpAnswer answer, String wanted) {
    Mismatch mismatch =
        new Mismatch(Mismatch.What.STATUS, wanted, Integer.toString(answer.seen().status()));
    Visited seen = answer.seen();
    return Blame.of(answer.target(), edge, module.statuses(), seen, List.of(mismatch));
  }

  private boolean headersDo(Response response) {
    for (HeaderRule rule : module.headerMatches()) {
      List<String> values = values(response, rule);
      Pattern pattern = Pattern.compile(rule.pattern());
      if (values.isEmpty() ? !rule.allowMissing() : any(pattern, values)) {
        journal.note("header " + rule.header() + " is missing or matches " + rule.pattern());
        return false;
      }
    }
    for (HeaderRule rule : module.headerNotMatches()) {
      List<String> values = values(response, rule);
      Pattern pattern = Pattern.compile(rule.pattern());
      if (values.isEmpty() ? !rule.allowMissing() : !any(pattern, values)) {
        journal.note("header " + rule.header() + " is missing or does not match " + rule.pattern());
        return false;
      }
    }
    return true;
  }

  private static List<String> values(Response response, HeaderRule rule) {
    return response.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(rule.header()))
        .map(header -> header.value())
        .toList();
  }

  private static boolean any(Pattern pattern, List<String> values) {
    return values.stream().anyMatch(value -> pattern.matcher(value).find());
  }

  private void body(HttpAnswer answer) {
    Visited seen = answer.seen();
    String raw = seen.body();
    String coding = module.compression();
    if (coding != null) {
      String unpacked = Unpacking.of(raw, coding);
      if (unpacked == null) {
        journal.note("the body is not coded as " + coding);
        bad("transfer", "encoding", "");
      }
      raw = unpacked == null ? "" : unpacked;
    }
    if (module.bodyBytes() > 0 && raw.length() > module.bodyBytes()) {
      journal.note("the body is longer than " + module.bodyBytes() + " bytes");
      bad("transfer", "body-limit", Mismatches.cause(Mismatch.What.BODY));
      raw = raw.substring(0, (int) module.bodyBytes());
    }
    // blackbox_exporter does not read the body of a redirect that it does not follow.
    if (answer.stopped() == null && (module.followRedirects() || answer.redirects() == 0)) {
      gauges.set("probe_http_uncompressed_body_length", raw.length());
    }
    if (seen.bodyCut()) {
      journal.note("the body is longer than 1 MiB: the rest was not read");
    }
    boolean ruled = !module.bodyMatches().isEmpty() || !module.bodyNotMatches().isEmpty();
    if (kind == null && ruled && !bodyDoes(new String(raw.getBytes(ISO_8859_1), UTF_8))) {
      gauges.set("probe_failed_due_to_regex", 1);
      bad("transfer", "body-regex", Mismatches.cause(Mismatch.What.BODY));
    }
  }

  private boolean bodyDoes(String text) {
    for (String pattern : module.bodyMatches()) {
      if (Pattern.compile(pattern).matcher(text).find()) {
        journal.note("the body matches " + pattern);
        return false;
      }
    }
    for (String pattern : module.bodyNotMatches()) {
      if (!Pattern.compile(pattern).matcher(text).find()) {
        journal.note("the body does not match " + pattern);
        return false;
      }
    }
    return true;
  }

  private void end(HttpAnswer answer, Response response) {
    FailureKind failure = answer.seen().failure();
    if (failure != null) {
      bad(
          Sightings.code(answer.seen().phase()),
          Sightings.code(failure),
          Blame.of(answer.target(), edge, module.statuses(), answer.seen(), List.of()));
    }
    String protocol = "HTTP/" + (response.version().equals("2") ? "2.0" : response.version());
    if (!module.versions().isEmpty() && !module.versions().contains(protocol)) {
      journal.note(protocol + " is none of " + module.versions());
      bad("processing", "http-version", "");
    }
    boolean tls = answer.target().scheme().tls();
    if (module.failIfTls() && tls) {
      journal.note("the last request went over TLS");
      bad("tls", "ssl", "");
    } else if (module.failIfNotTls() && !tls) {
      journal.note("the last request did not go over TLS");
      bad("connect", "no-ssl", "");
    }
  }

  /** What failed first is what is told. */
  private void bad(String where, String manner, String why) {
    if (kind == null) {
      kind = manner;
      phase = where;
      cause = why;
    }
  }

  private void lastModified(@Nullable String value) {
    try {
      Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(String.valueOf(value)));
      gauges.set("probe_http_last_modified_timestamp_seconds", (double) at.getEpochSecond());
    } catch (DateTimeException notADate) {
      journal.note("Last-Modified is no date");
    }
  }

  private static double version(Response response) {
    return switch (response.version()) {
      case "1.0" -> 1.0;
      case "2" -> 2.0;
      default -> 1.1;
    };
  }

  private static double contentLength(Response response) {
    String length = response.header("content-length");
    if (length == null || response.header("transfer-encoding") != null) {
      return response.status() == 204 || response.status() == 304 ? 0 : -1;
    }
    String digits = length.strip();
    return digits.matches("[0-9]{1,15}") ? Double.parseDouble(digits) : -1;
  }
}
