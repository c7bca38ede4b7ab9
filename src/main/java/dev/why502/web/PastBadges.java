package dev.why502.web;

import dev.why502.definition.Objective;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Uptime;
import dev.why502.history.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** Uptime and response time of a probe as badges. The query chooses a window by its name only. */
final class PastBadges {
  /** Below that, a badge says how much of its window is known. */
  private static final double WHOLE = 0.95;

  private static final double LEAST = 0.01;
  private static final double GOOD = 0.99;
  private static final double POOR = 0.95;
  private static final int QUICK_MILLIS = 500;
  private static final int SLOW_MILLIS = 2_000;

  private final History history;
  private final Probes probes;

  PastBadges(WebSources sources) {
    this.history = sources.history();
    this.probes = sources.probes();
  }

  void mount(Router router) {
    badge(router, "uptime", Window.MONTH, this::uptime);
    badge(router, "response-time", Window.DAY, PastBadges::responseTime);
  }

  /** What is known of a window. */
  private record Known(String probe, Window window, Instant now, List<Rollup> rollups) {}

  private void badge(Router router, String name, Window otherwise, Function<Known, Badge> badge) {
    Routes.read(
        router,
        "/badge/:id/" + name + ".svg",
        context -> answer(context, otherwise, badge, Badges::svg));
    Routes.read(
        router,
        "/badge/:id/" + name + ".json",
        context -> answer(context, otherwise, badge, Badges::json));
  }

  private void answer(
      RoutingContext context, Window otherwise, Function<Known, Badge> badge, Badges.Form form) {
    List<String> known =
        Stream.concat(Stream.of(otherwise), Window.UPTIME.stream())
            .map(Window::code)
            .distinct()
            .toList();
    String word = Span.word(context, "window", known);
    Window window = word == null ? null : Window.of(word);
    if (window == null) {
      return;
    }
    JsonObject probe = probes.one(context.pathParam("id"));
    if (probe == null) {
      form.end(context, 404, Badge.unknownProbe());
      return;
    }
    String id = probe.getString("id");
    Instant now = history.now();
    history
        .rollups(id, window.step(), window.from(now), now)
        .onSuccess(
            rollups -> form.end(context, 200, badge.apply(new Known(id, window, now, rollups))))
        .onFailure(failure -> PastApi.unreadable(context));
  }

  private Badge uptime(Known known) {
    String label = known.probe() + " uptime " + known.window().code();
    Uptime uptime = Uptime.of(known.window(), known.now(), known.rollups());
    if (uptime.ratio().isEmpty()) {
      return new Badge(label, "no data", Badge.Colour.LIGHTGREY, false);
    }
    double ratio = uptime.ratio().getAsDouble();
    Objective objective = history.objective(known.probe());
    double good = objective == null ? GOOD : objective.target();
    double poor = objective == null ? POOR : good;
    Badge.Colour colour =
        ratio >= good
            ? Badge.Colour.BRIGHTGREEN
            : ratio >= poor ? Badge.Colour.YELLOW : Badge.Colour.RED;
    double coverage = uptime.coverage();
    String share = coverage < LEAST ? "<1%" : percent(Math.floor(coverage * 100) / 100);
    String part = coverage < WHOLE ? " (of " + share + " known)" : "";
    return new Badge(label, percent(ratio) + part, colour, ratio < poor);
  }

  private static Badge responseTime(Known known) {
    String label = known.probe() + " response time " + known.window().code();
    Latency latency =
        known.rollups().stream().map(Rollup::latency).reduce(Latency.NONE, Latency::merge);
    if (latency.count() == 0) {
      return new Badge(label, "no data", Badge.Colour.LIGHTGREY, false);
    }
    long median = Math.round(latency.millisAt(500).orElse(0));
    long most = Math.round(latency.millisAt(950).orElse(0));
    Badge.Colour colour =
        most <= QUICK_MILLIS
            ? Badge.Colour.BRIGHTGREEN
            : most <= SLOW_MILLIS ? Badge.Colour.YELLOW : Badge.Colour.RED;
    return new Badge(label, median + " ms, p95 " + most + " ms", colour, false);
  }

  /** Rounded down: what is not whole is never called so. */
  static String percent(double ratio) {
    double hundredths = Math.floor(ratio * 10_000 + 1e-7) / 100;
    return hundredths == Math.rint(hundredths)
        ? String.format(Locale.ROOT, "%.0f%%", hundredths)
        : String.format(Locale.ROOT, "%.2f%%", hundredths);
  }
}
