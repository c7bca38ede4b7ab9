package dev.why502.gateway.nginx;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.FileConfigReader;
import dev.why502.gateway.RouteDraft;
import dev.why502.gateway.RouteSample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads nginx's configuration as nginx reads it, and tells what it does with a request. */
public final class NginxReader extends FileConfigReader<NginxConfig, RouteDraft> {
  public NginxReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public NginxReader(Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    super(vertx, names, clock);
  }

  @Override
  protected @Nullable String path(Gateway gateway) {
    return gateway.config();
  }

  @Override
  protected NginxConfig read(String absolutePath) {
    return NginxConfig.read(absolutePath);
  }

  @Override
  protected RouteDraft draft() {
    return new RouteDraft(ByteText::shown);
  }

  @Override
  protected void follow(
      NginxConfig config,
      Target target,
      Request request,
      @Nullable String connectedTo,
      RouteDraft draft) {
    NginxArrival.of(target, request, connectedTo).route(config, draft);
  }

  @Override
  protected List<RouteSample> samples(NginxConfig config) {
    return NginxTargets.of(config);
  }

  @Override
  protected String key(Route route, Route.Pass pass) {
    // Several may stand on one line.
    return route.server() + " " + pass.place() + " " + pass.place().text();
  }

  @Override
  protected ConfigFiles settings(NginxConfig config) {
    return NginxSettings.of(config);
  }
}
