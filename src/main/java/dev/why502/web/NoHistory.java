package dev.why502.web;

import dev.why502.definition.Objective;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** For a service that keeps nothing. */
final class NoHistory implements History {
  private static <T> Future<Slice<T>> nothing() {
    return Future.succeededFuture(new Slice<>(List.of(), null));
  }

  @Override
  public Instant now() {
    return InstantSource.system().instant();
  }

  @Override
  public @Nullable Objective objective(String probe) {
    return null;
  }

  @Override
  public Future<List<Rollup>> rollups(String probe, Step step, Instant from, Instant to) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Slice<Rollup>> rollups(Step step, Search search) {
    return nothing();
  }

  @Override
  public Future<Slice<JsonObject>> verdicts(Search search) {
    return nothing();
  }

  @Override
  public Future<Slice<JsonObject>> incidents(@Nullable String state, Search search) {
    return nothing();
  }

  @Override
  public Future<Story> incident(String id) {
    return Future.succeededFuture(Story.NONE);
  }

  @Override
  public Future<Optional<String>> incidentCase(String id) {
    return Future.succeededFuture(Optional.empty());
  }
}
