package dev.why502.app;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.engine.Sources.Asked;
import dev.why502.engine.Sources.FailingLine;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.engine.Sources.Sample;
import dev.why502.evidence.Access;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LogWatch;
import dev.why502.gateway.LogWatch.LogFile;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One gateway, read by its configuration, processes and logs. Confined to one context. */
final class FileGateway implements GatewaySource {
  private static final long FOLLOW_MILLIS = 250;

  private final Vertx vertx;
  private final Gateway gateway;
  private final GatewayReaders readers;
  private final InstantSource clock;
  private final String why;
  private Set<Path> logs = Set.of();
  private @Nullable LogWatch watch;
  private @Nullable FailingLine follower;

  /**
   * @param why no configuration is known, where the gateway names none; null else
   */
  FileGateway(
      Vertx vertx,
      Gateway gateway,
      GatewayReaders readers,
      InstantSource clock,
      @Nullable String why) {
    this.why = why == null ? "no configuration file is named" : why;
    this.vertx = vertx;
    this.gateway = gateway;
    this.readers = readers;
    this.clock = clock;
  }

  @Override
  public Future<Route> route(Target target, Request request, @Nullable String connectedTo) {
    return gateway.config() == null
        ? Future.succeededFuture(unread())
        : readers.config().route(gateway, target, request, connectedTo);
  }

  private Route unread() {
    return new Route(
        gateway.id(),
        clock.instant(),
        Access.denied(why),
        null,
        List.of(),
        null,
        null,
        null,
        Route.Handling.UNKNOWN,
        null,
        null,
        0,
        List.of(),
        List.of());
  }

  /** Without a file nothing is read: a standard one may be another gateway's. */
  private Future<ConfigFiles> files() {
    return gateway.config() == null
        ? Future.succeededFuture(ConfigFiles.unread(null, why))
        : readers.config().files(gateway);
  }

  @Override
  public Future<List<Sample>> routes() {
    if (gateway.config() == null) {
      return Future.succeededFuture(List.of());
    }
    return readers
        .config()
        .routes(gateway)
        .map(
            all ->
                all.stream()
                    .map(one -> new Sample(one.target(), one.connectTo(), one.route()))
                    .toList());
  }

  @Override
  public Future<GatewayState> state() {
    return files().compose(files -> readers.state().state(gateway, files));
  }

  @Override
  public Future<LogSession> logs() {
    return files()
        .compose(
            files -> {
              LogWatch current = watch(files);
              return current.begin().map(session -> (LogSession) new Marked(current, session));
            });
  }

  @Override
  public void follow(FailingLine handler) {
    follower = handler;
    if (watch != null) {
      follow(watch, handler);
    }
  }

  private static void follow(LogWatch watch, FailingLine handler) {
    watch.follow(
        FOLLOW_MILLIS,
        lines -> {
          for (LoggedLine line : lines) {
            String request = line.request();
            if (request != null && line.failure()) {
              handler.seen(line.host(), path(request));
            }
          }
        });
  }

  private static @Nullable String path(String request) {
    int from = request.indexOf(' ') + 1;
    int to = request.lastIndexOf(' ');
    return from > 0 && to > from ? request.substring(from, to) : null;
  }

  /** The configuration may name other logs after an edit: then another watch takes over. */
  private LogWatch watch(ConfigFiles files) {
    Map<Path, LogGrammar> named = new LinkedHashMap<>();
    if (gateway.errorLog() != null) {
      named.put(Path.of(gateway.errorLog()), readers.errorLog());
    }
    files.errorLogs().stream()
        .filter(log -> file(log.path()))
        .forEach(log -> named.putIfAbsent(Path.of(log.path()), readers.errorLog()));
    if (gateway.accessLog() != null) {
      String path = gateway.accessLog();
      String format =
          files.accessLogs().stream()
              .filter(log -> log.path().equals(path))
              .map(ConfigFiles.AccessLog::format)
              .findFirst()
              .orElse("");
      access(path, format, named);
    }
    files.accessLogs().stream()
        .filter(log -> file(log.path()))
        .forEach(log -> access(log.path(), log.format(), named));
    LogWatch before = watch;
    if (before != null && logs.equals(named.keySet())) {
      return before;
    }
    if (before != null) {
      before.close();
    }
    logs = new LinkedHashSet<>(named.keySet());
    List<LogFile> watched =
        named.entrySet().stream().map(log -> new LogFile(log.getKey(), log.getValue())).toList();
    LogWatch next = new LogWatch(vertx, gateway, watched, ZoneId.systemDefault(), clock);
    watch = next;
    if (follower != null) {
      follow(next, follower);
    }
    return next;
  }

  private void access(String path, String format, Map<Path, LogGrammar> named) {
    LogGrammar grammar = readers.accessLog().apply(format);
    if (grammar != null) {
      named.putIfAbsent(Path.of(path), grammar);
    }
  }

  private static boolean file(String path) {
    return path.startsWith("/") && !path.startsWith("/dev/");
  }

  @Override
  public Future<Void> close() {
    return watch == null ? Future.succeededFuture() : watch.close();
  }

  private record Marked(LogWatch watch, LogWatch.Session session) implements LogSession {
    @Override
    public Future<List<Evidence>> collect(Asked asked, long waitMillis) {
      Set<String> own = new LinkedHashSet<>(asked.localAddresses());
      own.add("127.0.0.1");
      own.add("::1");
      return watch.collect(
          session,
          new RequestFacts(
              asked.method(),
              asked.path(),
              asked.host(),
              own,
              asked.clients(),
              asked.locationPrefix(),
              asked.serverName()),
          waitMillis);
    }
  }
}
