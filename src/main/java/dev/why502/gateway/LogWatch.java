package dev.why502.gateway;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Access;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LogFollower.Mark;
import dev.why502.gateway.LogFollower.Reading;
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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Watches the logs of one gateway while a request of ours is made: {@link #begin} before it, {@link
 * #collect} after it. Futures never fail; a log that cannot be read is a {@link LogAccess} that
 * says so.
 *
 * <p>That a line is new follows from where it stands in the file, not from its time, which may have
 * neither a zone nor parts of a second.
 */
public final class LogWatch {
  /** For {@link #collect}: gateways write the line about when they answer. */
  public static final long DEFAULT_WAIT_MILLIS = 150;

  static final int MAX_LINES = 32;

  /** Lines of one session kept to be told by their neighbours. */
  private static final int MAX_KEPT = 512;

  /** Lines from before about states that last. */
  private static final int MAX_LASTING = 16;

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
   * @param files each log once, with the grammar of its lines
   * @param zone in which this gateway writes times that carry none
   */
  public LogWatch(
      Vertx vertx, Gateway gateway, List<LogFile> files, ZoneId zone, InstantSource clock) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.zone = zone;
    this.clock = clock;
    this.logs =
        files.stream()
            .map(
                file ->
                    new Log(
                        file.path().toString(),
                        new LogFollower(vertx, file.path()),
                        file.grammar()))
            .toList();
  }

  /** A log and how its lines are written. */
  public record LogFile(Path path, LogGrammar grammar) {}

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
   * Silent is a log that was read to its end, if none of the logs has a line of ours; logs of all
   * requests count for neither and are named only where there are no others. Besides, not fresh,
   * the lines from before that began a state which still lasts.
   *
   * @param waitMillis how long to go on looking for a line of ours
   */
  public Future<List<Evidence>> collect(Session session, RequestFacts facts, long waitMillis) {
    Collection collection = new Collection(session, facts, waitMillis);
    collection.look(session.begins);
    return collection.promise.future();
  }

  /**
   * Hands over each new line until {@link #close()}. Where a file took the place of the one before,
   * lines older than 60 s are left out: a copy that was put back is no news.
   */
  public void follow(long pollMillis, Consumer<List<LoggedLine>> newLines) {
    for (Log log : logs) {
      log.follower()
          .followReadings(
              pollMillis,
              reading -> {
                List<LoggedLine> lines = news(log, reading);
                if (!lines.isEmpty()) {
                  newLines.accept(lines);
                }
              });
    }
  }

  private List<LoggedLine> news(Log log, Reading reading) {
    Instant oldest = clock.instant().minus(NEW_LINE_AGE);
    List<LoggedLine> lines = new ArrayList<>();
    for (String text : reading.lines()) {
      LoggedLine line = log.grammar().parse(text, zone);
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

  private record Log(String file, LogFollower follower, LogGrammar grammar) {}

  /** A line of the session and how it belongs to our request, as far as is known by now. */
  private static final class Entry {
    private final LoggedLine line;
    private final Instant readAt;
    private Tie tie = Tie.NONE;

    Entry(LoggedLine line, Instant readAt) {
      this.line = line;
      this.readAt = readAt;
    }
  }

  /** One run of {@link #collect}: looks again until a line of ours is there or time is up. */
  private final class Collection {
    private final Session session;
    private final RequestFacts facts;
    private final long deadlineNanos;
    private final Promise<List<Evidence>> promise = Promise.promise();

    /** Of each log, in the order of its file. */
    private final List<List<Entry>> entries = new ArrayList<>();

    private final boolean[] incomplete = new boolean[logs.size()];
    private int readings;

    Collection(Session session, RequestFacts facts, long waitMillis) {
      this.session = session;
      this.facts = facts;
      this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
      logs.forEach(log -> entries.add(new ArrayList<>()));
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
        take(logs.get(i), reading.lines(), entries.get(i));
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
        finish(read);
      } else {
        vertx.setTimer(LOOK_MILLIS, timer -> look(ends));
      }
    }

    private void take(Log log, List<String> texts, List<Entry> seen) {
      if (texts.isEmpty()) {
        return;
      }
      Instant now = clock.instant();
      for (String text : texts) {
        seen.add(new Entry(log.grammar().parse(text, zone), now));
      }
      List<Tie> ties = log.grammar().ties(seen.stream().map(entry -> entry.line).toList(), facts);
      for (int i = 0; i < seen.size(); i++) {
        seen.get(i).tie = ties.get(i);
      }
      int excess = seen.size() - MAX_KEPT;
      for (Iterator<Entry> each = seen.iterator(); excess > 0 && each.hasNext(); ) {
        if (each.next().tie == Tie.NONE) {
          each.remove();
          session.otherLines++;
          excess--;
        }
      }
      while (seen.size() > MAX_KEPT) {
        seen.remove(0);
      }
    }

    private boolean has(Tie tie) {
      return entries.stream().anyMatch(seen -> seen.stream().anyMatch(entry -> entry.tie == tie));
    }

    /** It was written in the session; where its stamp says else, that is of another zone. */
    private Instant inSession(@Nullable Instant stamp, Instant readAt) {
      return stamp == null
              || stamp.isBefore(session.begunAt.minus(STAMP_TOLERANCE))
              || stamp.isAfter(readAt.plus(STAMP_TOLERANCE))
          ? readAt
          : stamp;
    }

    private void finish(List<Reading> read) {
      all(indices(), this::lasting)
          .map(lasting -> evidence(read, lasting.stream().flatMap(List::stream).toList()))
          .onSuccess(promise::tryComplete)
          .onFailure(promise::tryFail);
    }

    /** What lines from before say that still holds: the newest of each state that began. */
    private Future<List<LogLine>> lasting(int i) {
      Log log = logs.get(i);
      if (!log.grammar().lasting()) {
        return Future.succeededFuture(List.of());
      }
      return log.follower()
          .before(session.begins.get(i))
          .map(
              before -> {
                Map<String, LoggedLine> newest = new LinkedHashMap<>();
                for (String text : before.lines()) {
                  LoggedLine line = log.grammar().parse(text, zone);
                  String key = line.standing();
                  if (key != null) {
                    newest.remove(key);
                    newest.put(key, line);
                  }
                }
                entries.get(i).forEach(entry -> newest.remove(entry.line.standing()));
                return newest.values().stream()
                    .filter(line -> line.event() != LogLine.Event.PEER_UP)
                    .limit(MAX_LASTING)
                    .map(line -> before(log, line))
                    .toList();
              });
    }

    private LogLine before(Log log, LoggedLine line) {
      Instant stamp = line.at();
      Instant at = stamp == null || stamp.isAfter(session.begunAt) ? session.begunAt : stamp;
      return line.evidence(gateway.id(), log.file(), at, false, Tie.GATEWAY);
    }

    private List<Evidence> evidence(List<Reading> read, List<LogLine> lasting) {
      List<LogLine> found = new ArrayList<>();
      indices().stream().filter(i -> !ofRequests(i)).forEach(i -> found.addAll(tied(i)));
      List<LogLine> errors = List.copyOf(found);
      indices().stream()
          .filter(this::ofRequests)
          .flatMap(i -> tied(i).stream())
          .filter(line -> errors.stream().noneMatch(error -> covers(error, line)))
          .forEach(found::add);
      found.sort(Comparator.comparing(LogLine::tie));
      List<Evidence> evidence =
          new ArrayList<>(found.subList(0, Math.min(found.size(), MAX_LINES)));
      evidence.addAll(lasting);
      boolean ours =
          indices().stream()
              .filter(i -> !ofRequests(i))
              .anyMatch(i -> entries.get(i).stream().anyMatch(entry -> entry.tie == Tie.OURS));
      boolean alone = indices().stream().allMatch(this::ofRequests);
      for (int i : indices()) {
        if (ofRequests(i) && !alone) {
          continue;
        }
        Reading reading = read.get(i);
        Access access = reading.access();
        boolean whole = access.readable() && !reading.cut() && !incomplete[i];
        evidence.add(
            new LogAccess(
                gateway.id(),
                logs.get(i).file(),
                clock.instant(),
                access,
                whole && !ours && !alone));
      }
      return List.copyOf(evidence);
    }

    private boolean ofRequests(int i) {
      return logs.get(i).grammar().ofRequests();
    }

    /** What the lines of a log say that belong to our request in some way. */
    private List<LogLine> tied(int i) {
      List<LogLine> tied = new ArrayList<>();
      for (Entry entry : entries.get(i)) {
        if (entry.tie == Tie.NONE) {
          session.otherLines++;
        } else {
          LoggedLine line = entry.line;
          Instant at = inSession(line.at(), entry.readAt);
          tied.add(line.evidence(gateway.id(), logs.get(i).file(), at, true, entry.tie));
        }
      }
      return tied;
    }

    /** Whether a log of errors already says, and better, what a log of requests says. */
    private static boolean covers(LogLine error, LogLine line) {
      boolean samePeer =
          error.peer() == null || line.peer() == null || error.peer().equals(line.peer());
      return error.tie() == line.tie() && error.event() != LogLine.Event.OTHER && samePeer;
    }
  }
}
