package dev.why502.gateway.caddy;

import dev.why502.definition.Gateway;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.GatewayState.Mark;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.GatewayProcesses;
import dev.why502.gateway.StateReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The running Caddy: its process, and what its admin API says of upstreams and of the configuration
 * that runs. A reload starts no process, so that only the running configuration itself tells
 * whether the files were loaded since they were edited.
 */
public final class CaddyState implements StateReader {
  private static final long TIMEOUT_MILLIS = 2_000;

  private final Vertx vertx;
  private final StateReader processes;

  public CaddyState(Vertx vertx, InstantSource clock) {
    this(vertx, new GatewayProcesses(vertx, clock, new CaddyProcesses()));
  }

  CaddyState(Vertx vertx, StateReader processes) {
    this.vertx = vertx;
    this.processes = processes;
  }

  @Override
  public Future<GatewayState> state(Gateway gateway, ConfigFiles files) {
    Future<Told> told =
        vertx
            .executeBlocking(() -> ask(gateway, files), false)
            .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
            .otherwise(Told.NOTHING);
    Future<GatewayState> seen = processes.state(gateway, files);
    return Future.join(told, seen).map(both -> joined(seen.result(), told.result()));
  }

  /**
   * What runs, as {@code GET /config/} answers it; null where it is not known. To be routed over
   * with {@link CaddyReader#running}.
   */
  public Future<@Nullable String> running(Gateway gateway, ConfigFiles files) {
    return vertx
        .<@Nullable String>executeBlocking(
            () -> {
              CaddyAdmin admin = admin(gateway, files);
              return admin == null ? null : admin.get("/config/");
            },
            false)
        .otherwise((String) null);
  }

  /**
   * What the admin API told.
   *
   * @param loaded whether what runs sends to the same upstreams as the files; null when not known
   */
  private record Told(List<Mark> marks, @Nullable Boolean loaded, boolean answered) {
    static final Told NOTHING = new Told(List.of(), null, false);
  }

  private static @Nullable CaddyAdmin admin(Gateway gateway, ConfigFiles files) {
    String address = gateway.admin() != null ? gateway.admin() : files.admin();
    return address == null ? null : CaddyAdmin.at(address);
  }

  private static Told ask(Gateway gateway, ConfigFiles files) {
    CaddyAdmin admin = admin(gateway, files);
    String config = admin == null ? null : admin.get("/config/");
    if (admin == null || config == null) {
      return Told.NOTHING;
    }
    CaddyConfig running = CaddyConfig.running("admin", config);
    CaddyUpstreams upstreams = CaddyUpstreams.of(running);
    String counted = admin.get("/reverse_proxy/upstreams");
    List<Mark> marks = counted == null ? List.of() : upstreams.marks(counted);
    return new Told(marks, running.denied() == null ? loaded(files, upstreams) : null, true);
  }

  private static @Nullable Boolean loaded(ConfigFiles files, CaddyUpstreams running) {
    String path = files.config();
    if (path == null || !files.access().readable()) {
      return null;
    }
    CaddyConfig written = CaddyConfig.read(path, name -> null);
    boolean sure =
        written.denied() == null && written.faults().isEmpty() && written.unread().isEmpty();
    return sure ? CaddyUpstreams.of(written).same(running) : null;
  }

  private static GatewayState joined(GatewayState seen, Told told) {
    Instant started = seen.loadedAt();
    Instant edited = seen.editedAt();
    boolean older = started != null && edited != null && edited.isAfter(started);
    // Started before the edit: only what runs tells whether it was loaded since.
    boolean known = !older || Boolean.FALSE.equals(told.loaded());
    return new GatewayState(
        seen.gateway(),
        seen.at(),
        seen.access(),
        // Whatever its process is called: something answers in its name.
        (told.answered() && Boolean.FALSE.equals(seen.running())) ? null : seen.running(),
        seen.pid(),
        known ? started : null,
        edited,
        seen.editedFile(),
        seen.frozen(),
        seen.sameNetwork(),
        seen.user(),
        seen.openFiles(),
        seen.openFilesLimit(),
        told.marks());
  }
}
