package dev.why502.gateway.nginx;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Access;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LogFollower;
import dev.why502.gateway.LogFollower.Mark;
import dev.why502.gateway.LogFollower.Reading;
import dev.why502.gateway.RequestFacts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Watches the error logs of one nginx while a request of ours is made: {@link #begin} before it,
 * {@link #collect} after it. Futures never fail; a log that cannot be read is a {@link LogAccess}
 * that says so.
 *
 * <p>That a line is new follows from where it stands in the file, not from its time, which has
 * neither a zone nor parts of a second.
 */
public final class NginxErrorLogWatch {
  /** For {@link #collect}: nginx writes the line before it answers, but not always by much. */
  public static final long DEFAULT_WAIT_MILLIS = 150;

  static final int MAX_LINES = 32;
  static final int MAX_RECENT_LINES = 8;
  private static final long LOOK_MILLIS = 25;
  private static final int MAX_READINGS = 64;
  private static final Duration NEW_LINE_AGE = Duration.ofSeconds(60);
  private static final Duration STAMP_TOLERANCE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Gateway gateway;
  private final ZoneId zone;
  private final InstantSource clock;
  private final List<Log> logs;

  /**
   * @param files every {@code error_log} of its configuration
   * @param zone in which this nginx writes its times
   */
  public NginxErrorLogWatch(
      Vertx vertx, Gateway gateway, List<Path> files, ZoneId zone, InstantSource clock) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.zone = zone;
    this.clock = clock;
    this.logs =
        files.stream()
            .distinct()
            .map(file -> new Log(file.toString(), new LogFollower(vertx, file)))
            .toList();
  }

  /** The state of the logs before a request. */
  public static final class Session {
    private final Instant begunAt;
    private final List<Mark> begins;
    private int otherLines;

    private Session(Instant begunAt, List<Mark> begins) {
      this.begunAt = begunAt;
      this.begins = begins;
    }

    /** How many new lines {@link #collect} met that have nothing to do with our request. */
    public int otherLines() {
      return otherLines;
    }
  }

  /** Marks the present end of each log. */
  public Future<Session> begin() {
    Instant now = clock.instant();
    return all(logs, log -> log.follower().mark()).map(marks -> new Session(now, marks));
  }

  /**
   * What was written since: at most 32 lines, ours first, and one {@link LogAccess} for each log.
   * Silent is a log that was read to its end, if none of the logs has a line of ours.
   *
   * @param waitMillis how long to go on looking for a line of ours
   */
  public Future<List<Evidence>> collect(Session session, RequestFacts facts, long waitMillis) {
    Collection collection = new Collection(session, facts, waitMillis);
    collection.look(session.begins);
    return collection.promise.future();
  }

  /**
   * Lines of ours and of the same route from before the session, not older than {@code within}: at
   * most the 8 newest, oldest first, none of them fresh.
   */
  public Future<List<LogLine>> recent(Session session, RequestFacts facts, Duration within) {
    List<Integer> indices = indices();
    return all(indices, i -> logs.get(i).follower().before(session.begins.get(i)))
        .map(
            readings -> {
              List<LogLine> lines = new ArrayList<>();
              for (int i : indices) {
                for (String text : readings.get(i).lines()) {
                  addRecent(lines, logs.get(i), text, session, facts, within);
                }
              }
              lines.sort(Comparator.comparing(LogLine::at));
              int first = Math.max(0, lines.size() - MAX_RECENT_LINES);
              return List.copyOf(lines.subList(first, lines.size()));
            });
  }

  private void addRecent(
      List<LogLine> lines,
      Log log,
      String text,
      Session session,
      RequestFacts facts,
      Duration within) {
    NginxErrorLogLine line = NginxErrorLog.parse(text, zone);
    Instant at = line.at();
    if (at == null
        || at.isBefore(session.begunAt.minus(within))
        || at.isAfter(session.begunAt.plus(STAMP_TOLERANCE))) {
      return;
    }
    Tie tie = NginxErrorLog.tie(line, facts);
    if (tie == Tie.OURS || tie == Tie.SAME_ROUTE) {
      lines.add(NginxErrorLog.toEvidence(line, gateway.id(), log.file(), at, false, tie));
    }
  }

  /**
   * Hands over each new line until {@link #close()}. Where a file took the place of the one before,
   * lines older than 60 s are left out: a copy that was put back is no news.
   */
  public void follow(long pollMillis, Consumer<List<NginxErrorLogLine>> newLines) {
    for (Log log : logs) {
      log.follower()
          .followReadings(
              pollMillis,
              reading -> {
                List<NginxErrorLogLine> lines = news(reading);
                if (!lines.isEmpty()) {
                  newLines.accept(lines);
                }
              });
    }
  }

  private List<NginxErrorLogLine> news(Reading reading) {
    Instant oldest = clock.instant().minus(NEW_LINE_AGE);
    List<NginxErrorLogLine> lines = new ArrayList<>();
    for (String text : reading.lines()) {
      NginxErrorLogLine line = NginxErrorLog.parse(text, zone);
      Instant at = line.at();
      if (at != null && !(reading.restarted() && at.isBefore(oldest))) {
        lines.add(line);
      }
    }
    return lines;
  }

  public Future<Void> close() {
    return all(logs, log -> log.follower().close().map(true)).mapEmpty();
  }

  private List<Integer> indices() {
    return IntStream.range(0, logs.size()).boxed().toList();
  }

  private static <A, B> Future<List<B>> all(List<A> inputs, Function<A, Future<B>> work) {
    return Future.join(inputs.stream().map(work).toList()).map(joined -> joined.<B>list());
  }

  private record Log(String file, LogFollower follower) {}

  /** One run of {@link #collect}: looks again until a line of ours is there or time is up. */
  private final class Collection {
    private final Session session;
    private final RequestFacts facts;
    private final long deadlineNanos;
    private final Promise<List<Evidence>> promise = Promise.promise();
    private final List<LogLine> found = new ArrayList<>();
    private final boolean[] incomplete = new boolean[logs.size()];
    private int readings;

    Collection(Session session, RequestFacts facts, long waitMillis) {
      this.session = session;
      this.facts = facts;
      this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }

    void look(List<Mark> from) {
      all(indices(), i -> logs.get(i).follower().since(from.get(i)))
          .onSuccess(this::take)
          .onFailure(promise::tryFail);
    }

    private void take(List<Reading> read) {
      boolean more = false;
      for (int i : indices()) {
        Reading reading = read.get(i);
        for (String text : reading.lines()) {
          add(text, logs.get(i));
        }
        incomplete[i] |= reading.skipped();
        more |= reading.cut();
      }
      readings++;
      boolean late = System.nanoTime() - deadlineNanos >= 0;
      boolean enough = has(Tie.OURS) || has(Tie.GATEWAY);
      List<Mark> ends = read.stream().map(Reading::end).toList();
      if (more && readings < MAX_READINGS) {
        look(ends);
      } else if (enough || late) {
        promise.tryComplete(evidence(read));
      } else {
        vertx.setTimer(LOOK_MILLIS, timer -> look(ends));
      }
    }

    private boolean has(Tie tie) {
      return found.stream().anyMatch(line -> line.tie() == tie);
    }

    private void add(String text, Log log) {
      Instant now = clock.instant();
      NginxErrorLogLine line = NginxErrorLog.parse(text, zone);
      Tie tie = NginxErrorLog.tie(line, facts);
      if (tie == Tie.NONE) {
        session.otherLines++;
        return;
      }
      found.add(
          NginxErrorLog.toEvidence(
              line.at(inSession(line.at(), now)), gateway.id(), log.file(), now, true, tie));
      if (found.size() > 2 * MAX_LINES) {
        trim();
      }
    }

    /** It was written in the session; where its stamp says else, that is of another zone. */
    private Instant inSession(@Nullable Instant stamp, Instant now) {
      return stamp == null
              || stamp.isBefore(session.begunAt.minus(STAMP_TOLERANCE))
              || stamp.isAfter(now.plus(STAMP_TOLERANCE))
          ? now
          : stamp;
    }

    private void trim() {
      found.sort(Comparator.comparing(LogLine::tie));
      while (found.size() > MAX_LINES) {
        found.remove(found.size() - 1);
      }
    }

    private List<Evidence> evidence(List<Reading> read) {
      trim();
      List<Evidence> evidence = new ArrayList<>(found);
      boolean ours = has(Tie.OURS);
      for (int i : indices()) {
        Reading reading = read.get(i);
        Access access = reading.access();
        boolean whole = access.readable() && !reading.cut() && !incomplete[i];
        evidence.add(
            new LogAccess(
                gateway.id(), logs.get(i).file(), clock.instant(), access, whole && !ours));
      }
      return List.copyOf(evidence);
    }
  }
}
