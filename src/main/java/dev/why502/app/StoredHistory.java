package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.definition.Objective;
import dev.why502.definition.Probe;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.store.Archive;
import dev.why502.store.Entry;
import dev.why502.store.Page;
import dev.why502.store.Paging;
import dev.why502.store.StoredIncident;
import dev.why502.web.History;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is remembered, as the HTTP side asks for it. */
final class StoredHistory implements History {
  /** Read for one answer, as long as nothing of a probe is on them. */
  private static final int MAX_PAGES = 10;

  private final Archive archive;
  private final InstantSource clock;
  private final Supplier<Definitions> definitions;

  StoredHistory(Archive archive, InstantSource clock, Supplier<Definitions> definitions) {
    this.archive = archive;
    this.clock = clock;
    this.definitions = definitions;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public @Nullable Objective objective(String probe) {
    Probe known = definitions.get().probe(probe);
    return known == null ? null : known.objective();
  }

  @Override
  public Future<List<Rollup>> rollups(String probe, Step step, Instant from, Instant to) {
    return archive.rollups(probe, step, from, to);
  }

  @Override
  public Future<Slice<Rollup>> rollups(Step step, Search search) {
    List<String> ids =
        search.probe() != null
            ? List.of(search.probe())
            : definitions.get().probes().stream().map(Probe::id).sorted().toList();
    String after = search.after() == null ? "" : search.after();
    int dot = after.indexOf('.');
    Instant from = dot < 0 ? search.from() : Instant.ofEpochMilli(millis(after, dot));
    String first = dot < 0 ? "" : after.substring(dot + 1);
    int at = 0;
    while (at < ids.size() && ids.get(at).compareTo(first) < 0) {
      at++;
    }
    if (at == ids.size()) {
      return Future.succeededFuture(new Slice<>(List.of(), null));
    }
    String id = ids.get(at);
    String following = at + 1 < ids.size() ? ids.get(at + 1) : null;
    Instant begin = id.equals(first) ? from : search.from();
    return archive
        .rollups(id, step, begin, search.to())
        .map(
            rows -> {
              if (rows.size() > search.limit()) {
                List<Rollup> some = rows.subList(0, search.limit());
                return new Slice<>(some, token(rows.get(search.limit()).start(), id));
              }
              String next = following == null ? null : token(search.from(), following);
              return new Slice<>(rows, next);
            });
  }

  @Override
  public Future<Slice<JsonObject>> verdicts(Search search) {
    return archive
        .verdictChanges(search.probe(), search.from(), search.to(), paging(search))
        .map(page -> slice(page, Entry.VerdictChange::json));
  }

  @Override
  public Future<Slice<JsonObject>> incidents(@Nullable String state, Search search) {
    return incidents(state, search, MAX_PAGES);
  }

  /** Only the first probes of an incident are named in it: those are who it is found by. */
  private Future<Slice<JsonObject>> incidents(
      @Nullable String state, Search search, int pagesLeft) {
    return archive
        .incidents(state, search.from(), search.to(), paging(search))
        .compose(
            page -> {
              Slice<JsonObject> all = slice(page, StoredIncident::json);
              String probe = search.probe();
              String next = all.next();
              List<JsonObject> found =
                  probe == null
                      ? all.items()
                      : all.items().stream()
                          .filter(one -> one.getJsonArray("probes").contains(probe))
                          .toList();
              return found.isEmpty() && next != null && pagesLeft > 0
                  ? incidents(state, search.next(next), pagesLeft - 1)
                  : Future.succeededFuture(new Slice<>(found, next));
            });
  }

  @Override
  public Future<Optional<String>> incidentCase(String id) {
    return archive.incidentCase(id);
  }

  @Override
  public Future<Story> incident(String id) {
    return archive
        .incident(id)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(Story.NONE)
                    : archive
                        .remedyRuns(null, id, Paging.first(Paging.MAX_LIMIT))
                        .map(
                            runs ->
                                new Story(
                                    new JsonObject(found.get().incident().json()),
                                    found.get().changes().stream()
                                        .map(
                                            one ->
                                                new JsonObject(one.json())
                                                    .put("event", one.event()))
                                        .toList(),
                                    runs.rows().stream()
                                        .map(run -> RemedyRecords.withoutCase(run.json()))
                                        .toList())));
  }

  private static <T> Slice<JsonObject> slice(Page<T> page, Function<T, String> json) {
    return new Slice<>(page.rows().stream().map(json).map(JsonObject::new).toList(), page.next());
  }

  private static Paging paging(Search search) {
    return new Paging(search.limit(), search.after());
  }

  private static String token(Instant start, String probe) {
    return start.toEpochMilli() + "." + probe;
  }

  private static long millis(String token, int dot) {
    try {
      return Long.parseLong(token.substring(0, dot));
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }
}
