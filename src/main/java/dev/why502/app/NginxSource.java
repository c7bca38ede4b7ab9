package dev.why502.app;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.engine.Sources.FailingLine;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Route;
import dev.why502.gateway.RequestFacts;
import dev.why502.gateway.nginx.ConfigFiles;
import dev.why502.gateway.nginx.NginxErrorLogLine;
import dev.why502.gateway.nginx.NginxErrorLogWatch;
import dev.why502.gateway.nginx.NginxReader;
import dev.why502.gateway.nginx.NginxState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One nginx as a source of evidence. Confined to one context. */
final class NginxSource implements GatewaySource {
  private static final long FOLLOW_MILLIS = 250;

  private final Vertx vertx;
  private final Gateway gateway;
  private final NginxReader reader;
  private final NginxState state;
  private final InstantSource clock;
  private List<Path> logs = List.of();
  private @Nullable NginxErrorLogWatch watch;
  private @Nullable FailingLine follower;

  NginxSource(Vertx vertx, Gateway gateway, NginxReader reader, InstantSource clock) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.reader = reader;
    this.state = new NginxState(vertx, clock);
    this.clock = clock;
  }

  @Override
  public Future<Route> route(Target target, Request request, @Nullable String connectedTo) {
    return reader.route(gateway, target, request, connectedTo);
  }

  @Override
  public Future<GatewayState> state() {
    return reader
        .files(gateway)
        .compose(
            files -> {
              Map<Path, Instant> changed = new HashMap<>();
              files.files().forEach(seen -> changed.put(Path.of(seen.path()), seen.modifiedAt()));
              Path pid = files.pidFile() == null ? null : Path.of(files.pidFile());
              return state.read(gateway, new NginxState.NginxFiles(pid, changed, files.user()));
            });
  }

  @Override
  public Future<LogSession> logs() {
    return reader
        .files(gateway)
        .compose(
            files -> {
              NginxErrorLogWatch current = watch(files);
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

  private static void follow(NginxErrorLogWatch watch, FailingLine handler) {
    watch.follow(
        FOLLOW_MILLIS,
        lines -> {
          for (NginxErrorLogLine line : lines) {
            if (line.request() != null) {
              handler.seen(line.host(), path(line.request()));
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
  private NginxErrorLogWatch watch(ConfigFiles files) {
    Set<Path> named = new LinkedHashSet<>();
    if (gateway.errorLog() != null) {
      named.add(Path.of(gateway.errorLog()));
    }
    files.errorLogs().stream()
        .filter(log -> log.path().startsWith("/") && !log.path().startsWith("/dev/"))
        .forEach(log -> named.add(Path.of(log.path())));
    NginxErrorLogWatch before = watch;
    if (before != null && logs.equals(List.copyOf(named))) {
      return before;
    }
    if (before != null) {
      before.close();
    }
    logs = List.copyOf(named);
    NginxErrorLogWatch next =
        new NginxErrorLogWatch(vertx, gateway, logs, ZoneId.systemDefault(), clock);
    watch = next;
    if (follower != null) {
      follow(next, follower);
    }
    return next;
  }

  @Override
  public Future<Void> close() {
    return watch == null ? Future.succeededFuture() : watch.close();
  }

  private record Marked(NginxErrorLogWatch watch, NginxErrorLogWatch.Session session)
      implements LogSession {
    @Override
    public Future<List<dev.why502.evidence.Evidence>> collect(
        String method,
        String path,
        String host,
        List<String> localAddresses,
        @Nullable String locationPrefix,
        @Nullable String serverName,
        long waitMillis) {
      Set<String> own = new LinkedHashSet<>(localAddresses);
      own.add("127.0.0.1");
      own.add("::1");
      return watch.collect(
          session,
          new RequestFacts(method, path, host, own, locationPrefix, serverName),
          waitMillis);
    }
  }
}
