package dev.why502.web;

import dev.why502.bus.JsonText;
import dev.why502.bus.Latest;
import dev.why502.bus.Spoken;
import dev.why502.history.Figures;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.history.Uptime;
import dev.why502.history.Window;
import dev.why502.web.History.Search;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What has been: of a probe, and of incidents. */
final class PastApi {
  /** Steps of one answer; who wants to look further back asks for longer ones. */
  static final int MAX_BUCKETS = 1_000;

  /** Verdicts and incidents that are told with a probe's history. */
  static final int MAX_BRIEF = 100;

  /** Incidents of one page. */
  static final int MAX_INCIDENTS = 100;

  private static final String JSON = "application/json";
  private static final String ALL = "all";
  private static final List<String> STATES = List.of(ALL, "open", "flapping", "resolved");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MONTH = Duration.ofDays(30);

  /** Around a list: brackets and the longest token. */
  private static final int MARGIN = 2048;

  private final History history;
  private final Probes probes;
  private final boolean exposed;

  PastApi(WebSources sources, boolean exposed) {
    this.history = sources.history();
    this.probes = sources.probes();
    this.exposed = exposed;
  }

  void mount(Router router) {
    Routes.read(router, "/api/v1/probes/:id/history", this::probe);
  }

  private void probe(RoutingContext context) {
    String id = context.pathParam("id");
    if (probes.one(id) == null) {
      Replies.problem(context.response(), 404, "none of the probes has this id");
      return;
    }
    Instant now = history.now();
    Span span = Span.of(context, now, DAY);
    Step step = span == null ? null : step(context, span);
    if (span == null || step == null) {
      return;
    }
    Spoken spoken = Spoken.in(Speech.of(context.request()));
    Search search = new Search(id, span.from(), span.to(), null, MAX_BRIEF);
    JsonObject body = new JsonObject().put("probe", id);
    history
        .rollups(id, step, step.floor(span.from()), span.to())
        .onSuccess(rollups -> buckets(body, span, step, rollups))
        .compose(told -> figures(id, now))
        .onSuccess(
            figures ->
                body.put("uptime", HistoryJson.uptimes(figures))
                    .put("objective", HistoryJson.objective(figures)))
        .compose(told -> history.verdicts(search))
        .onSuccess(list -> body.put("verdicts", brief(list.items().stream().map(spoken::verdict))))
        .compose(told -> history.incidents(null, search))
        .onSuccess(
            list -> body.put("incidents", brief(list.items().stream().map(spoken::incident))))
        .onSuccess(told -> end(context, body))
        .onFailure(failure -> unreadable(context));
  }

  /** Whether incidents of the past are asked for, and not those that stand. */
  static boolean asked(RoutingContext context) {
    return Stream.of("from", "to", "state").anyMatch(context.queryParams()::contains);
  }

  /** Those that lasted at any time of a span, the newest first. */
  void incidents(RoutingContext context) {
    Paging paging = Paging.of(context);
    Span span = paging == null ? null : Span.of(context, history.now(), MONTH);
    String state = span == null ? null : Span.word(context, "state", STATES);
    if (paging == null || span == null || state == null) {
      return;
    }
    int limit = Math.min(paging.limit(), MAX_INCIDENTS);
    page(
            context,
            state.equals(ALL) ? null : state,
            new Search(paging.probe(), span.from(), span.to(), paging.after(), limit))
        .onSuccess(body -> end(context, body))
        .onFailure(failure -> unreadable(context));
  }

  private Future<JsonObject> page(RoutingContext context, @Nullable String state, Search search) {
    Spoken spoken = Spoken.in(Speech.of(context.request()));
    return history
        .incidents(state, search)
        .compose(
            slice -> {
              JsonArray list = new JsonArray();
              long room = Latest.MAX_REPLY - MARGIN;
              for (JsonObject incident : slice.items()) {
                JsonObject shown = shown(spoken.incident(incident));
                room -= JsonText.of(shown).getBytes(StandardCharsets.UTF_8).length + 1L;
                if (room < 0 && !list.isEmpty()) {
                  // Asked again for as many as there is room for, it tells how to go on from there.
                  return page(context, state, search.atMost(list.size()));
                }
                list.add(shown);
              }
              JsonObject body = new JsonObject().put("incidents", list);
              return Future.succeededFuture(
                  slice.next() == null ? body : body.put("next", slice.next()));
            });
  }

  /**
   * One incident with its events and remedies.
   *
   * @param otherwise answers where nothing of it is remembered
   */
  void incident(RoutingContext context, Runnable otherwise) {
    Spoken spoken = Spoken.in(Speech.of(context.request()));
    history
        .incident(context.pathParam("id"))
        .onSuccess(
            story -> {
              JsonObject incident = story.incident();
              if (incident == null) {
                otherwise.run();
                return;
              }
              end(
                  context,
                  shown(spoken.incident(incident))
                      .put("events", brief(story.events().stream().map(spoken::incident)))
                      .put("remedies", list(story.remedies().stream())));
            })
        .onFailure(failure -> unreadable(context));
  }

  /** The evidence of an incident, as it was when its cause was found. */
  void incidentCase(RoutingContext context) {
    if (exposed) {
      Replies.problem(context.response(), 403, "a case says all; it needs a service with a token");
      return;
    }
    history
        .incidentCase(context.pathParam("id"))
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    stored -> Conditional.end(context, JSON, JsonText.escaped(stored)),
                    () -> Replies.problem(context.response(), 404, "no case of such an incident")))
        .onFailure(failure -> unreadable(context));
  }

  /** What is asked for, or else what gives a hundred or two. */
  private static @Nullable Step step(RoutingContext context, Span span) {
    Duration length = Duration.between(span.from(), span.to());
    Step fitting =
        length.compareTo(Duration.ofHours(3)) <= 0
            ? Step.MINUTE
            : length.compareTo(Duration.ofDays(8)) <= 0 ? Step.HOUR : Step.DAY;
    List<String> known =
        Stream.concat(Stream.of(fitting), Stream.of(Step.values()))
            .map(Step::code)
            .distinct()
            .toList();
    String word = Span.word(context, "step", known);
    Step step = word == null ? null : Step.of(word);
    if (step != null && length.dividedBy(step.length()) > MAX_BUCKETS) {
      Replies.problem(
          context.response(), "step", "must be longer: " + MAX_BUCKETS + " are told at one time");
      return null;
    }
    return step;
  }

  private static void buckets(JsonObject body, Span span, Step step, List<Rollup> rollups) {
    JsonArray buckets = new JsonArray();
    Latency whole = Latency.NONE;
    for (Rollup rollup : rollups) {
      buckets.add(HistoryJson.bucket(rollup));
      whole = whole.merge(rollup.latency());
    }
    body.put("from", HistoryJson.at(step.floor(span.from())))
        .put("to", HistoryJson.at(span.to()))
        .put("step", step.code())
        .put("buckets", buckets)
        .put("latency", HistoryJson.latency(whole));
  }

  /** Three questions for all windows. */
  private Future<Figures> figures(String probe, Instant now) {
    List<Rollup> all = new ArrayList<>();
    Future<List<Rollup>> asked = Future.succeededFuture(List.of());
    for (Window longest : List.of(Window.HOURS_6, Window.WEEK, Window.QUARTER)) {
      Supplier<Future<List<Rollup>>> next =
          () -> history.rollups(probe, longest.step(), longest.from(now), now);
      asked = asked.compose(before -> next.get().onSuccess(all::addAll));
    }
    return asked.map(
        last -> Figures.of(window -> Uptime.of(window, now, all), history.objective(probe)));
  }

  private JsonArray brief(Stream<JsonObject> published) {
    return list(published.map(HistoryJson::brief));
  }

  private JsonArray list(Stream<JsonObject> items) {
    JsonArray list = new JsonArray();
    items.map(this::shown).forEach(list::add);
    return list;
  }

  private JsonObject shown(JsonObject published) {
    return exposed ? Redaction.of(published) : published.copy();
  }

  private static void end(RoutingContext context, JsonObject body) {
    Speech.mark(context.response(), Speech.of(context.request()));
    Conditional.end(context, JSON, JsonText.of(body));
  }

  static void unreadable(RoutingContext context) {
    Replies.problem(context.response(), 503, "what is remembered cannot be read now");
  }
}
