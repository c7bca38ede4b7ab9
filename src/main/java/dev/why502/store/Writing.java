package dev.why502.store;

import dev.why502.store.Entry.DefinitionsVersion;
import dev.why502.store.Entry.Delivered;
import dev.why502.store.Entry.IncidentChange;
import dev.why502.store.Entry.RawObservation;
import dev.why502.store.Entry.RemedyRun;
import dev.why502.store.Entry.Rolled;
import dev.why502.store.Entry.VerdictChange;
import dev.why502.store.Pending.Waiting;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries as statements. Written twice, a batch leaves what it left the first time: nobody can tell
 * whether a commit whose answer was lost took place.
 */
final class Writing {
  /** Of an incident; one that flaps for weeks tells nothing more by its thousandth change. */
  static final int MAX_EVENTS = 500;

  private static final String VERDICT =
      "INSERT INTO verdict_change (node, at, seq, probe, since, state, cause, confidence, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String STANDING =
      "INSERT INTO standing (node, probe, seq, at, since, state, cause, confidence)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (node, probe) DO UPDATE SET"
          + " seq = excluded.seq, at = excluded.at, since = excluded.since,"
          + " state = excluded.state, cause = excluded.cause, confidence = excluded.confidence";
  private static final String INCIDENT =
      "INSERT INTO incident"
          + " (id, node, seq, at, state, cause, since, resolved_at, body, restore)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
          + " node = excluded.node, seq = excluded.seq, at = excluded.at,"
          + " state = excluded.state, cause = excluded.cause, since = excluded.since,"
          + " resolved_at = excluded.resolved_at, body = excluded.body,"
          + " restore = excluded.restore";
  private static final String EVENT =
      "INSERT INTO incident_event (id, at, seq, event, state, cause, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String OLD_EVENTS =
      "DELETE FROM incident_event WHERE id = ? AND event <> 'opened' AND seq <"
          + " (SELECT seq FROM incident_event WHERE id = ? ORDER BY seq DESC LIMIT 1 OFFSET "
          + (MAX_EVENTS - 1)
          + ")";
  private static final String CASE =
      "INSERT INTO incident_case (id, at, seq, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";

  /** The first case and the newest tell the most. */
  private static final String OLD_CASES =
      "DELETE FROM incident_case WHERE id = ? AND seq <> ?"
          + " AND seq > (SELECT min(seq) FROM incident_case WHERE id = ?)";

  private static final String OUTGOING =
      "INSERT INTO outgoing (message, node, incident, receiver, at, seq, place, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String DELIVERED =
      "UPDATE outgoing SET delivered_at = ?, outcome = ?"
          + " WHERE message = ? AND delivered_at IS NULL";
  private static final String DEFINITIONS =
      "INSERT INTO definitions_version (node, at, sha256, accepted, body)"
          + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String REMEDY =
      "INSERT INTO remedy_run (id, node, remedy, probe, incident, at, outcome, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
          + " at = excluded.at, outcome = excluded.outcome, body = excluded.body";
  private static final String OBSERVATION =
      "INSERT INTO raw_observation (node, at, seq, probe, body)"
          + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String WRITER =
      "INSERT INTO writer (node, seq, at) VALUES (?, ?, ?) ON CONFLICT (node) DO UPDATE SET"
          + " seq = CASE WHEN excluded.seq > writer.seq THEN excluded.seq ELSE writer.seq END,"
          + " at = excluded.at";

  private final Database database;
  private final RollupWriting rollups;
  private final String node;

  Writing(Database database, String node) {
    this.database = database;
    this.rollups = new RollupWriting(database, node);
    this.node = node;
  }

  /** Writes a batch, in its order, as one. */
  Future<Void> write(List<Waiting> batch, Instant now) {
    List<Statement> statements = new ArrayList<>();
    // What is alike is sent together; only within a table does the order matter.
    List<Statement> standing = new ArrayList<>();
    List<Statement> others = new ArrayList<>();
    List<Rolled> minutes = new ArrayList<>();
    long seq = 0;
    for (Waiting one : batch) {
      Entry entry = one.entry();
      seq = Math.max(seq, entry.seq());
      if (entry instanceof Rolled minute) {
        minutes.add(minute);
      } else if (entry instanceof VerdictChange change) {
        statements.add(changed(change));
        standing.add(stands(change));
      } else {
        add(entry, one.replaced(), others);
      }
    }
    statements.addAll(standing);
    statements.addAll(others);
    statements.add(Statement.of(WRITER, node, seq, millis(now)));
    return rollups
        .statements(minutes)
        .compose(
            rolled -> {
              statements.addAll(rolled);
              return database.write(statements);
            })
        .mapEmpty();
  }

  private void add(Entry entry, boolean replaced, List<Statement> to) {
    if (entry instanceof IncidentChange change) {
      add(change, replaced, to);
    } else if (entry instanceof Delivered message) {
      to.add(Statement.of(DELIVERED, millis(message.at()), message.outcome(), message.key()));
    } else if (entry instanceof DefinitionsVersion version) {
      long accepted = version.accepted() ? 1 : 0;
      to.add(
          Statement.of(
              DEFINITIONS, node, millis(version.at()), version.sha256(), accepted, version.json()));
    } else if (entry instanceof RemedyRun run) {
      to.add(
          Statement.of(
              REMEDY,
              run.id(),
              node,
              run.remedy(),
              run.probe(),
              run.incident(),
              millis(run.at()),
              run.outcome(),
              run.json()));
      add(run.outgoing(), run.incident() == null ? "" : run.incident(), run.at(), 0, to);
    } else if (entry instanceof RawObservation seen) {
      to.add(
          Statement.of(
              OBSERVATION, node, millis(seen.at()), seen.seq(), seen.probe(), seen.json()));
    } else {
      throw new AssertionError(entry.getClass());
    }
  }

  private Statement changed(VerdictChange change) {
    return Statement.of(
        VERDICT,
        node,
        millis(change.at()),
        change.seq(),
        change.probe(),
        millis(change.since()),
        change.state(),
        change.cause(),
        change.confidence(),
        change.json());
  }

  private Statement stands(VerdictChange change) {
    return Statement.of(
        STANDING,
        node,
        change.probe(),
        change.seq(),
        millis(change.at()),
        millis(change.since()),
        change.state(),
        change.cause(),
        change.confidence());
  }

  private void add(IncidentChange change, boolean replaced, List<Statement> to) {
    String id = change.id();
    long at = millis(change.at());
    if (!replaced) {
      to.add(
          Statement.of(
              INCIDENT,
              id,
              node,
              change.seq(),
              at,
              change.state(),
              change.cause(),
              millis(change.since()),
              millisOrNull(change.resolvedAt()),
              change.json(),
              change.restore()));
    }
    to.add(
        Statement.of(
            EVENT,
            id,
            at,
            change.seq(),
            change.event(),
            change.state(),
            change.cause(),
            change.json()));
    to.add(Statement.of(OLD_EVENTS, id, id));
    if (change.caseJson() != null) {
      to.add(Statement.of(CASE, id, at, change.seq(), change.caseJson()));
      to.add(Statement.of(OLD_CASES, id, change.seq(), id));
    }
    add(change.outgoing(), id, change.at(), change.seq(), to);
  }

  private void add(
      List<Outgoing> messages, String incident, Instant at, long seq, List<Statement> to) {
    long place = 0;
    for (Outgoing message : messages) {
      to.add(
          Statement.of(
              OUTGOING,
              message.key(),
              node,
              incident,
              message.receiver(),
              millis(at),
              seq,
              place++,
              message.json()));
    }
  }

  private static long millis(Instant at) {
    return at.toEpochMilli();
  }

  private static @Nullable Long millisOrNull(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }
}
