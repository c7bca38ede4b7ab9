package dev.why502.gateway.apache;

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

/**
 * Reads the configuration of Apache httpd 2.4 as httpd reads it, and tells what it does with a
 * request.
 */
public final class ApacheReader extends FileConfigReader<ApacheConfig, RouteDraft> {
  public ApacheReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public ApacheReader(
      Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    super(vertx, names, clock);
  }

  @Override
  protected String path(Gateway gateway) {
    String written = gateway.config();
    return written == null ? ApacheStart.standardConfig() : written;
  }

  @Override
  protected ApacheConfig read(String absolutePath) {
    return ApacheConfig.read(absolutePath);
  }

  @Override
  protected RouteDraft draft() {
    return new RouteDraft(ByteText::shown);
  }

  @Override
  protected void follow(
      ApacheConfig config,
      Target target,
      Request request,
      @Nullable String connectedTo,
      RouteDraft draft) {
    ApacheArrival.of(target, request, connectedTo).route(config, draft);
  }

  @Override
  protected List<RouteSample> samples(ApacheConfig config) {
    return ApacheTargets.of(config);
  }

  @Override
  protected String key(Route route, Route.Pass pass) {
    return route.server() + " " + pass.place();
  }

  @Override
  protected ConfigFiles settings(ApacheConfig config) {
    return ApacheSettings.of(config);
  }
}
