package dev.why502.store;

import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.store.Entry.DefinitionsVersion;
import dev.why502.store.Entry.RawObservation;
import dev.why502.store.Entry.RemedyRun;
import dev.why502.store.Entry.VerdictChange;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is stored, of this node. Questions never wait for writes. A future fails with {@link
 * StoreFailure} where the store cannot answer.
 */
public final class Archive {
  /** Rows of rollups in one answer: a week of minutes, with room for restarts. */
  public static final int MAX_ROLLUPS = 12_000;

  /** Messages of an incident that are shown. */
  static final int MAX_MESSAGES = 1_000;

  private static final String VERDICT_COLUMNS = "at, seq, probe, since, state, cause, confidence";
  private static final String INCIDENT_COLUMNS =
      "at, seq, id, state, cause, since, resolved_at, body";

  private final Database database;
  private final String node;

  Archive(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /** What an earlier run left. */
  Future<Memory> memory() {
    Future<List<Row>> seq =
        database.read(Statement.of("SELECT seq FROM writer WHERE node = ?", node));
    Future<List<Row>> standing =
        database.read(
            Statement.of("SELECT " + VERDICT_COLUMNS + " FROM standing WHERE node = ?", node));
    Future<List<Row>> incidents =
        database.read(
            Statement.of(
                "SELECT id, seq, at, restore FROM incident"
                    + " WHERE node = ? AND restore IS NOT NULL ORDER BY since, id",
                node));
    Future<List<Row>> outgoing =
        database.read(
            Statement.of(
                "SELECT message, receiver, body FROM outgoing"
                    + " WHERE node = ? AND delivered_at IS NULL ORDER BY at, seq, place",
                node));
    return Future.all(seq, standing, incidents, outgoing)
        .map(
            all -> {
              Map<String, Memory.Standing> verdicts = new HashMap<>();
              for (Row row : standing.result()) {
                verdicts.put(
                    row.text(2),
                    new Memory.Standing(
                        row.text(2),
                        row.number(1),
                        row.instant(0),
                        row.instant(3),
                        row.text(4),
                        row.text(5),
                        row.text(6)));
              }
              return new Memory(
                  seq.result().isEmpty() ? 0 : seq.result().get(0).number(0),
                  verdicts,
                  incidents.result().stream()
                      .map(
                          row ->
                              new Memory.OpenIncident(
                                  row.text(0), row.number(1), row.instant(2), row.text(3)))
                      .toList(),
                  outgoing.result().stream()
                      .map(row -> new Outgoing(row.text(0), row.text(1), row.text(2)))
                      .toList());
            });
  }

  /**
   * Incidents by their last change.
   *
   * @param state {@code open}, {@code flapping} or {@code resolved}, or null for all
   * @param from those that lasted then or later, or null
   * @param until those that had begun before, or null
   */
  public Future<Page<StoredIncident>> incidents(
      @Nullable String state, @Nullable Instant from, @Nullable Instant until, Paging paging) {
    Selecting selecting =
        new Selecting("SELECT " + INCIDENT_COLUMNS + " FROM incident WHERE node = ?", "seq", node)
            .and("state = ?", state)
            .and("(resolved_at IS NULL OR resolved_at >= ?)", millis(from))
            .and("since < ?", millis(until));
    return page(selecting, null, null, paging, 7, Archive::incident);
  }

  /** An incident with its story, as long as it is kept. */
  public Future<Optional<StoredIncident.Story>> incident(String id) {
    Future<List<Row>> incident =
        database.read(
            Statement.of(
                "SELECT " + INCIDENT_COLUMNS + " FROM incident WHERE id = ? AND node = ?",
                id,
                node));
    Future<List<Row>> changes =
        database.read(
            Statement.of(
                "SELECT event, seq, at, state, cause, body FROM incident_event"
                    + " WHERE id = ? ORDER BY seq, at LIMIT ?",
                id,
                Writing.MAX_EVENTS + 1L));
    Future<List<Row>> messages =
        database.read(
            Statement.of(
                "SELECT message, receiver, at, delivered_at, outcome FROM outgoing"
                    + " WHERE incident = ? ORDER BY at, seq, place LIMIT ?",
                id,
                (long) MAX_MESSAGES));
    Future<List<Row>> cases =
        database.read(Statement.of("SELECT 1 FROM incident_case WHERE id = ? LIMIT 1", id));
    return Future.all(incident, changes, messages, cases)
        .map(
            all ->
                incident.result().stream()
                    .findFirst()
                    .map(
                        row ->
                            new StoredIncident.Story(
                                incident(row),
                                changes.result().stream().map(Archive::change).toList(),
                                messages.result().stream().map(Archive::message).toList(),
                                !cases.result().isEmpty())));
  }

  /** The newest case of an incident, for {@code replay}. */
  public Future<Optional<String>> incidentCase(String id) {
    return database
        .read(
            Statement.of(
                "SELECT body FROM incident_case WHERE id = ? ORDER BY seq DESC LIMIT 1", id))
        .map(rows -> rows.stream().findFirst().map(row -> row.text(0)));
  }

  /**
   * Changes of verdicts.
   *
   * @param probe its id, or null for all
   */
  public Future<Page<VerdictChange>> verdictChanges(
      @Nullable String probe, @Nullable Instant from, @Nullable Instant until, Paging paging) {
    Selecting selecting =
        new Selecting(
                "SELECT " + VERDICT_COLUMNS + ", body FROM verdict_change WHERE node = ?",
                "seq",
                node)
            .and("probe = ?", probe);
    return page(
        selecting,
        from,
        until,
        paging,
        7,
        row ->
            new VerdictChange(
                row.text(2),
                row.number(1),
                row.instant(0),
                row.instant(3),
                row.text(4),
                row.text(5),
                row.text(6),
                row.text(7)));
  }

  /**
   * The rows of one probe, one for each step that has any, oldest first; at most the newest {@value
   * #MAX_ROLLUPS}.
   *
   * @param from steps that begin at it or later
   * @param until steps that begin before it
   */
  public Future<List<Rollup>> rollups(String probe, Step step, Instant from, Instant until) {
    return database
        .read(
            Statement.of(
                "SELECT "
                    + RollupWriting.COLUMNS
                    + " FROM rollup WHERE node = ? AND probe = ? AND step = ?"
                    + " AND start >= ? AND start < ? ORDER BY start DESC LIMIT ?",
                node,
                probe,
                step.code(),
                from.toEpochMilli(),
                until.toEpochMilli(),
                (long) MAX_ROLLUPS))
        .map(
            rows ->
                Rollup.in(
                    step,
                    rows.stream().map(RollupWriting::rollup).filter(Objects::nonNull).toList()));
  }

  /**
   * Runs of remedies.
   *
   * @param remedy its id, or null for all
   * @param incident id of the one that they were for, or null for all
   */
  public Future<Page<RemedyRun>> remedyRuns(
      @Nullable String remedy, @Nullable String incident, Paging paging) {
    Selecting selecting =
        new Selecting(
                "SELECT at, id, remedy, probe, incident, outcome, body FROM remedy_run"
                    + " WHERE node = ?",
                "id",
                node)
            .and("remedy = ?", remedy)
            .and("incident = ?", incident);
    return page(
        selecting,
        null,
        null,
        paging,
        6,
        row ->
            new RemedyRun(
                row.text(1),
                row.text(2),
                row.text(3),
                row.textOrNull(4),
                row.instant(0),
                row.text(5),
                row.text(6),
                List.of()));
  }

  /** Versions of the definitions, taken and refused ones. */
  public Future<Page<DefinitionsVersion>> definitions(Paging paging) {
    Selecting selecting =
        new Selecting(
            "SELECT at, sha256, accepted, body FROM definitions_version WHERE node = ?",
            "sha256",
            node);
    return page(
        selecting,
        null,
        null,
        paging,
        3,
        row ->
            new DefinitionsVersion(row.text(1), row.instant(0), row.number(2) != 0, row.text(3)));
  }

  /** Single runs, as far as they are kept. */
  public Future<Page<RawObservation>> observations(
      @Nullable String probe, @Nullable Instant from, @Nullable Instant until, Paging paging) {
    Selecting selecting =
        new Selecting(
                "SELECT at, seq, probe, body FROM raw_observation WHERE node = ?", "seq", node)
            .and("probe = ?", probe);
    return page(
        selecting,
        from,
        until,
        paging,
        3,
        row -> new RawObservation(row.text(2), row.number(1), row.instant(0), row.text(3)));
  }

  /** The first column is the time, the second what orders rows of one time. */
  private <T> Future<Page<T>> page(
      Selecting selecting,
      @Nullable Instant from,
      @Nullable Instant until,
      Paging paging,
      int longColumn,
      Function<Row, T> made) {
    if (!paging.valid(selecting.numbered())) {
      return Future.failedFuture(
          new StoreFailure(StoreFailure.Kind.ENTRY, "after is not what a page gave as next"));
    }
    selecting.and("at >= ?", millis(from));
    selecting.and("at < ?", millis(until));
    return database
        .read(selecting.page(paging))
        .map(
            rows -> {
              List<T> page = new ArrayList<>();
              int chars = 0;
              for (Row row : rows) {
                chars += row.text(longColumn).length();
                if (page.size() == paging.limit()
                    || (chars > Paging.MAX_CHARS && !page.isEmpty())) {
                  break;
                }
                page.add(made.apply(row));
              }
              if (page.size() == rows.size()) {
                return new Page<>(page, null);
              }
              Row last = rows.get(page.size() - 1);
              return new Page<>(page, last.number(0) + "." + last.values().get(1));
            });
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }

  private static StoredIncident incident(Row row) {
    return new StoredIncident(
        row.text(2),
        row.number(1),
        row.instant(0),
        row.text(3),
        row.text(4),
        row.instant(5),
        row.instantOrNull(6),
        row.text(7));
  }

  private static StoredIncident.Change change(Row row) {
    return new StoredIncident.Change(
        row.text(0), row.number(1), row.instant(2), row.text(3), row.text(4), row.text(5));
  }

  private static StoredIncident.Message message(Row row) {
    return new StoredIncident.Message(
        row.text(0), row.text(1), row.instant(2), row.instantOrNull(3), row.textOrNull(4));
  }
}
