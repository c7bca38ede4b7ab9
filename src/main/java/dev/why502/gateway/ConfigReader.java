package dev.why502.gateway;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of one kind of gateway as the gateway reads it. No future fails. */
public interface ConfigReader {
  /**
   * What the configuration, as it stands on disk, does with a request.
   *
   * @param connectedTo "ip:port" or "unix:/path" that the request is really sent to, or null when
   *     only the target tells
   */
  Future<Route> route(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo);

  /** Every site and path that passes requests on, each with a target that is handled there. */
  Future<List<Routed>> routes(Gateway gateway);

  /** The files of the configuration and what it says of logs, pid file, user and administration. */
  Future<ConfigFiles> files(Gateway gateway);
}
