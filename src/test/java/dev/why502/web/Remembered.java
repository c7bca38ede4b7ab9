package dev.why502.web;

import dev.why502.definition.Objective;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A memory in a test: lists, the newest last. */
public final class Remembered implements History {
  public final List<Rollup> rollups = new ArrayList<>();
  public final List<JsonObject> verdicts = new ArrayList<>();

  /** Incidents as they were published, each time, with {@code event}. */
  public final List<JsonObject> events = new ArrayList<>();

  public final List<JsonObject> remedies = new ArrayList<>();
  public final Map<String, Objective> objectives = new HashMap<>();

  /** By the id of their incident. */
  public final Map<String, String> cases = new HashMap<>();

  public Instant now = Instant.parse("2025-09-18T12:34:56Z");

  /** Whether it cannot be read. */
  public boolean broken;

  /** Slices that were asked for. */
  public int slices;

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public @Nullable Objective objective(String probe) {
    return objectives.get(probe);
  }

  @Override
  public Future<List<Rollup>> rollups(String probe, Step step, Instant from, Instant to) {
    return told(
        Rollup.in(
            step,
            rollups.stream()
                .filter(one -> one.probe().equals(probe) && one.step().compareTo(step) <= 0)
                .filter(one -> !step.floor(one.start()).isBefore(from) && one.start().isBefore(to))
                .toList()));
  }

  @Override
  public Future<Slice<Rollup>> rollups(Step step, Search search) {
    Predicate<Rollup> fits =
        one -> one.step() == step && fits(search, one.probe(), one.start(), one.start());
    return slice(rollups.stream().filter(fits).toList(), search);
  }

  @Override
  public Future<Slice<JsonObject>> verdicts(Search search) {
    Predicate<JsonObject> fits =
        one -> fits(search, one.getString("probe"), at(one, "at"), at(one, "at"));
    return slice(reversed(verdicts).stream().filter(fits).toList(), search);
  }

  @Override
  public Future<Slice<JsonObject>> incidents(@Nullable String state, Search search) {
    Map<String, JsonObject> newest = new HashMap<>();
    events.forEach(one -> newest.put(one.getString("id"), one));
    Predicate<JsonObject> fits =
        one ->
            (state == null || state.equals(one.getString("state")))
                && (search.probe() == null || one.getJsonArray("probes").contains(search.probe()))
                && fits(
                    search,
                    search.probe(),
                    at(one, "since"),
                    one.getString("resolvedAt") == null ? now : at(one, "resolvedAt"));
    return slice(
        reversed(events).stream()
            .filter(one -> one.equals(newest.get(one.getString("id"))))
            .filter(fits)
            .map(Remembered::published)
            .toList(),
        search);
  }

  @Override
  public Future<Optional<String>> incidentCase(String id) {
    return told(Optional.ofNullable(cases.get(id)));
  }

  @Override
  public Future<Story> incident(String id) {
    List<JsonObject> its = events.stream().filter(one -> one.getString("id").equals(id)).toList();
    return told(
        its.isEmpty()
            ? Story.NONE
            : new Story(
                published(its.get(its.size() - 1)),
                its,
                remedies.stream().filter(one -> id.equals(one.getString("incident"))).toList()));
  }

  private static JsonObject published(JsonObject event) {
    JsonObject incident = event.copy();
    incident.remove("event");
    return incident;
  }

  private static boolean fits(Search search, @Nullable String probe, Instant begun, Instant ended) {
    return (search.probe() == null || Objects.equals(search.probe(), probe))
        && begun.isBefore(search.to())
        && !ended.isBefore(search.from());
  }

  private static Instant at(JsonObject one, String key) {
    return Instant.parse(one.getString(key));
  }

  private static <T> List<T> reversed(List<T> list) {
    List<T> copy = new ArrayList<>(list);
    java.util.Collections.reverse(copy);
    return copy;
  }

  private <T> Future<Slice<T>> slice(List<T> all, Search search) {
    slices++;
    int from = search.after() == null ? 0 : Integer.parseInt(search.after().substring(1));
    int to = Math.min(all.size(), from + search.limit());
    return told(new Slice<>(all.subList(from, to), to < all.size() ? "n" + to : null));
  }

  private <T> Future<T> told(T answer) {
    return broken
        ? Future.failedFuture(new IllegalStateException("the store is away"))
        : Future.succeededFuture(answer);
  }
}
