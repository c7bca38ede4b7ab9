package dev.why502.web;

import dev.why502.bus.JsonText;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.web.History.Search;
import dev.why502.web.History.Slice;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of a span, as JSON lines or CSV. A page is read when the one before has
 * left, so that neither a long memory nor a slow reader takes room. One that breaks off ends
 * without the last chunk: the reader is told that it is not whole.
 */
final class Export {
  /** At one time: each holds a page, and asks the store as fast as its reader takes them. */
  static final int MAX_AT_ONCE = 4;

  static final int PAGE = 200;

  private static final Duration DAY = Duration.ofDays(1);
  private static final List<String> WHAT = List.of("incidents", "verdicts", "rollups");
  private static final List<String> FORMATS = List.of("jsonl", "csv");
  private static final List<String> STEPS = Arrays.stream(Step.values()).map(Step::code).toList();

  private static final List<String> INCIDENT_COLUMNS =
      List.of(
          "id",
          "state",
          "severity",
          "cause",
          "confidence",
          "summary",
          "gateway",
          "upstream",
          "probes",
          "affected",
          "since",
          "resolvedAt",
          "mergedInto",
          "at");

  private static final List<String> VERDICT_COLUMNS =
      List.of(
          "probe",
          "state",
          "cause",
          "confidence",
          "summary",
          "gateway",
          "upstream",
          "proxyStatus",
          "since",
          "at",
          "seq",
          "node");

  private static final List<String> ROLLUP_COLUMNS =
      List.of(
          "probe",
          "step",
          "start",
          "runs",
          "failures",
          "unknown",
          "maintenanceRuns",
          "maintenanceFailures",
          "p50Millis",
          "p95Millis",
          "p99Millis",
          "latency");

  private final History history;
  private final boolean exposed;
  private int underWay;

  Export(WebSources sources, boolean exposed) {
    this.history = sources.history();
    this.exposed = exposed;
  }

  void mount(Router router) {
    Routes.read(router, "/api/v1/export", this::export);
  }

  private void export(RoutingContext context) {
    String what = Span.word(context, "what", WHAT);
    String format = what == null ? null : Span.word(context, "format", FORMATS);
    String stepWord = format == null ? null : Span.word(context, "step", STEPS);
    Step step = stepWord == null ? null : Step.of(stepWord);
    Paging paging = step == null ? null : Paging.of(context);
    Span span = paging == null ? null : Span.of(context, history.now(), DAY);
    if (what == null || format == null || step == null || paging == null || span == null) {
      return;
    }
    boolean csv = format.equals("csv");
    HttpServerResponse response = context.response();
    response.putHeader(
        HttpHeaders.CONTENT_TYPE, csv ? "text/csv; charset=utf-8" : "application/jsonl");
    response.putHeader(
        "Content-Disposition", "attachment; filename=\"why502-" + what + "." + format + "\"");
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response.end();
      return;
    }
    if (underWay >= MAX_AT_ONCE) {
      response.headers().remove("Content-Disposition");
      response.putHeader(HttpHeaders.RETRY_AFTER, "10");
      Replies.problem(response, 503, "others are exporting; " + MAX_AT_ONCE + " at one time may");
      return;
    }
    List<String> columns = columns(what);
    Reading reading =
        new Reading(
            search -> page(what, step, search),
            item -> csv ? Csv.line(fields(item, columns)) : JsonText.of(item) + '\n',
            response);
    underWay++;
    response.setChunked(true);
    String head = csv ? Csv.line(columns) : "";
    Search search = new Search(paging.probe(), span.from(), span.to(), paging.after(), PAGE);
    reading
        .from(search, head)
        .onComplete(
            done -> {
              underWay--;
              if (done.succeeded()) {
                response.end();
              } else if (response.headWritten()) {
                context.request().connection().close();
              } else if (!response.ended()) {
                response.setChunked(false).headers().remove("Content-Disposition");
                PastApi.unreadable(context);
              }
            });
  }

  private static List<String> columns(String what) {
    return switch (what) {
      case "incidents" -> INCIDENT_COLUMNS;
      case "verdicts" -> VERDICT_COLUMNS;
      default -> ROLLUP_COLUMNS;
    };
  }

  private Future<Slice<JsonObject>> page(String what, Step step, Search search) {
    Future<Slice<JsonObject>> page =
        switch (what) {
          case "incidents" -> history.incidents(null, search);
          case "verdicts" -> history.verdicts(search);
          default ->
              history
                  .rollups(step, search)
                  .map(
                      slice ->
                          new Slice<>(
                              slice.items().stream().map(Export::rollup).toList(), slice.next()));
        };
    return exposed
        ? page.map(
            slice -> new Slice<>(slice.items().stream().map(Redaction::of).toList(), slice.next()))
        : page;
  }

  private static JsonObject rollup(Rollup rollup) {
    return new JsonObject()
        .put("probe", rollup.probe())
        .put("step", rollup.step().code())
        .mergeIn(HistoryJson.bucket(rollup))
        .put("latency", rollup.latency().text());
  }

  private static List<@Nullable Object> fields(JsonObject item, List<String> columns) {
    List<@Nullable Object> fields = new ArrayList<>();
    for (String column : columns) {
      Object value = item.getValue(column);
      fields.add(
          value instanceof JsonArray list
              ? String.join(" ", list.stream().map(String::valueOf).toList())
              : value);
    }
    return fields;
  }

  /** Page after page, each when the one before has left. */
  private record Reading(
      Function<Search, Future<Slice<JsonObject>>> pages,
      Function<JsonObject, String> line,
      HttpServerResponse response) {
    Future<Void> from(Search search, String before) {
      return pages
          .apply(search)
          .compose(
              slice -> {
                StringBuilder text = new StringBuilder(before);
                slice.items().forEach(item -> text.append(line.apply(item)));
                String next = slice.next();
                Future<Void> left =
                    text.isEmpty() ? Future.succeededFuture() : response.write(text.toString());
                return next == null ? left : left.compose(gone -> from(search.next(next), ""));
              });
    }
  }
}
