package dev.why502.gateway.nginx;

import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import java.util.List;

/** The addresses that a pass may go to, before names are resolved. */
final class NginxPeers {
  private static final int DEFAULT_MAX_FAILS = 1;
  private static final long DEFAULT_FAIL_TIMEOUT_MILLIS = 10_000;

  /** Peers of one group that are kept. */
  private static final int MAX_PEERS = 256;

  private final NginxConfig config;
  private final RouteDraft draft;
  private final NginxScope scope;

  NginxPeers(NginxConfig config, RouteDraft draft, NginxScope scope) {
    this.config = config;
    this.draft = draft;
    this.scope = scope;
  }

  void ofGroup(NginxDirective group) {
    for (NginxDirective server : group.children()) {
      if (server.name().equals("server") && draft.peers.size() < MAX_PEERS) {
        server(server);
      }
    }
  }

  private void server(NginxDirective server) {
    NginxAddress address = NginxAddress.parse(server.arg(0), 80);
    if (address.fault() != null) {
      draft.unknown(address.fault() + " in " + server.text() + " (" + server.where() + ")");
      return;
    }
    int maxFails = DEFAULT_MAX_FAILS;
    long failTimeout = DEFAULT_FAIL_TIMEOUT_MILLIS;
    for (String arg : server.args()) {
      if (arg.startsWith("max_fails=")) {
        maxFails = (int) Math.max(0, ByteText.number(arg.substring(10)));
      } else if (arg.startsWith("fail_timeout=")) {
        failTimeout = Math.max(0, NginxUnits.millis(arg.substring(13)));
      }
    }
    List<String> args = server.args();
    add(
        address,
        args.contains("resolve"),
        server,
        args.contains("backup"),
        args.contains("down"),
        maxFails,
        failTimeout);
  }

  void ofAddress(NginxAddress address, NginxDirective directive, boolean variable) {
    boolean runTime =
        variable && !address.literal() && !config.resolvedAtStart(address.host(), address.port());
    if (runTime && scope.find("resolver") == null) {
      draft.unknown("no resolver defined to resolve " + address.host());
    }
    add(address, runTime, directive, false, false, DEFAULT_MAX_FAILS, DEFAULT_FAIL_TIMEOUT_MILLIS);
  }

  private void add(
      NginxAddress address,
      boolean runTime,
      NginxDirective at,
      boolean backup,
      boolean down,
      int maxFails,
      long failTimeoutMillis) {
    draft.peers.add(
        new Peer(
            address.literal() ? address.text() : null,
            address.literal() ? null : ByteText.shown(address.host()),
            address.port(),
            runTime,
            at.place(),
            backup,
            down,
            maxFails,
            failTimeoutMillis,
            null));
  }
}
