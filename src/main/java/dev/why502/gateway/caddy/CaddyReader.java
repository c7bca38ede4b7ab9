package dev.why502.gateway.caddy;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Pass;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.FileConfigReader;
import dev.why502.gateway.RouteSample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads Caddy's configuration, a Caddyfile or native JSON, as Caddy reads it, and tells what it
 * does with a request.
 */
public final class CaddyReader extends FileConfigReader<CaddyConfig, CaddyDraft> {
  /** Where distributions put it. */
  static final String DEFAULT_CONFIG = "/etc/caddy/Caddyfile";

  public CaddyReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public CaddyReader(Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    super(vertx, names, clock);
  }

  /** The main file as it is named. */
  static String configOf(Gateway gateway) {
    String path = gateway.config();
    return path == null ? DEFAULT_CONFIG : path;
  }

  @Override
  protected String path(Gateway gateway) {
    return configOf(gateway);
  }

  @Override
  protected CaddyConfig read(String absolutePath) {
    // The environment of the running Caddy is not ours.
    return CaddyConfig.read(absolutePath, name -> null);
  }

  @Override
  protected CaddyDraft draft() {
    return new CaddyDraft();
  }

  @Override
  protected void follow(
      CaddyConfig config,
      Target target,
      Request request,
      @Nullable String connectedTo,
      CaddyDraft draft) {
    CaddyArrival.of(target, request, connectedTo).route(config, draft);
  }

  @Override
  protected List<RouteSample> samples(CaddyConfig config) {
    return CaddyTargets.of(config);
  }

  @Override
  protected String key(Route route, Pass pass) {
    return route.serverName() + " " + route.server() + " " + pass.place();
  }

  @Override
  protected ConfigFiles settings(CaddyConfig config) {
    return CaddySettings.of(config);
  }

  /** Go tries one address of a name after the other. */
  @Override
  protected Pass resolved(Pass pass, List<Peer> named, List<Peer> peers) {
    boolean several = peers.size() > named.size() && named.size() == 1;
    return CaddyPassParts.with(pass, peers, pass.intercepts(), pass.nextUpstream() || several);
  }

  /**
   * What a running configuration does with a request.
   *
   * @param address of the admin API, which stands for the file in places
   * @param json as {@code GET /config/} of the admin API answers it
   */
  public Future<Route> running(
      Gateway gateway,
      String address,
      String json,
      Target target,
      Request request,
      @Nullable String connectedTo) {
    return route(gateway, () -> CaddyConfig.running(address, json), target, request, connectedTo);
  }
}
