package dev.why502.gateway.haproxy;

import dev.why502.definition.Gateway;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.GatewayState.Mark;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.GatewayProcesses;
import dev.why502.gateway.StateReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a running HAProxy: its processes, and at its stats socket the servers that it holds out
 * of use. Where the socket does not answer there are no marks, which says nothing. No future of it
 * fails.
 */
public final class HaproxyState implements StateReader {
  private final Vertx vertx;
  private final StateReader processes;
  private final HaproxySocket socket;

  public HaproxyState(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.processes = new GatewayProcesses(vertx, clock, new HaproxyProcesses());
    this.socket = new HaproxySocket(vertx);
  }

  @Override
  public Future<GatewayState> state(Gateway gateway, ConfigFiles files) {
    String named = gateway.admin();
    String admin = named == null ? files.admin() : named;
    Future<List<Mark>> marks =
        admin == null ? Future.succeededFuture(List.of()) : marks(admin, files.config());
    return Future.join(processes.state(gateway, files), marks)
        .map(both -> with(both.resultAt(0), both.resultAt(1)));
  }

  private Future<List<Mark>> marks(String admin, @Nullable String config) {
    return socket
        .ask(admin)
        .map(
            text -> {
              List<Mark> marks = HaproxyStats.marks(text);
              return marks == null ? List.<Mark>of() : marks;
            })
        .compose(marks -> placed(marks, config))
        .otherwise(List.of());
  }

  /** To users of a low level the socket names no addresses; the configuration does. */
  private Future<List<Mark>> placed(List<Mark> marks, @Nullable String config) {
    if (config == null || marks.stream().allMatch(mark -> mark.address() != null)) {
      return Future.succeededFuture(marks);
    }
    return vertx.executeBlocking(
        () -> {
          Map<String, String> addresses =
              HaproxySettings.serverAddresses(HaproxyConfig.read(config));
          List<Mark> placed = new ArrayList<>();
          for (Mark mark : marks) {
            String address = mark.address();
            placed.add(
                new Mark(
                    mark.name(),
                    address == null ? addresses.get(mark.name()) : address,
                    mark.status(),
                    mark.reason()));
          }
          return placed;
        },
        false);
  }

  private static GatewayState with(GatewayState state, List<Mark> marks) {
    return new GatewayState(
        state.gateway(),
        state.at(),
        state.access(),
        state.running(),
        state.pid(),
        state.loadedAt(),
        state.editedAt(),
        state.editedFile(),
        state.frozen(),
        state.sameNetwork(),
        state.user(),
        state.openFiles(),
        state.openFilesLimit(),
        marks);
  }
}
