package dev.why502.gateway.haproxy;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.FileConfigReader;
import dev.why502.gateway.RouteDraft;
import dev.why502.gateway.RouteSample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads HAProxy's configuration as HAProxy reads it, and tells what it does with a request.
 *
 * <p>In a route, {@code server} is the frontend, {@code location} the line that chose the backend,
 * {@code pass.place} the backend, and each peer's place its server line. A timeout that is not set
 * is -1.
 */
public final class HaproxyReader extends FileConfigReader<HaproxyConfig, RouteDraft> {
  /** Where distributions put it. */
  static final String DEFAULT_CONFIG = "/etc/haproxy/haproxy.cfg";

  public HaproxyReader(
      Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
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
  protected HaproxyConfig read(String absolutePath) {
    return HaproxyConfig.read(absolutePath);
  }

  @Override
  protected RouteDraft draft() {
    return new RouteDraft(HaproxyText::shown);
  }

  @Override
  protected void follow(
      HaproxyConfig config,
      Target target,
      Request request,
      @Nullable String connectedTo,
      RouteDraft draft) {
    new HaproxyRouter(config, HaproxyArrival.of(target, request, connectedTo), draft).run();
  }

  @Override
  protected List<RouteSample> samples(HaproxyConfig config) {
    return HaproxyTargets.of(config);
  }

  @Override
  protected String key(Route route, Route.Pass pass) {
    return route.server() + " " + route.location() + " " + pass.place();
  }

  @Override
  protected ConfigFiles settings(HaproxyConfig config) {
    return HaproxySettings.of(config);
  }

  /**
   * The address of each server by the name that the log gives it, {@code app/s1} to {@code
   * 127.0.0.1:3001}; servers that are named by host stand with the name. For {@link HaproxyLog}.
   */
  public Future<Map<String, String>> serverAddresses(Gateway gateway) {
    return worker(() -> addresses(config(gateway)))
        .recover(bug -> Future.succeededFuture(Map.of()));
  }

  private static Map<String, String> addresses(@Nullable HaproxyConfig config) {
    return config == null ? Map.of() : HaproxySettings.serverAddresses(config);
  }
}
