package dev.why502.gateway;

import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route.Peer;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the addresses of peers that a configuration names by host name. */
public final class PeerNames {
  /** Names resolved for one route. */
  private static final int MAX_NAMES = 64;

  private final Function<String, Future<Resolution>> names;

  public PeerNames(Function<String, Future<Resolution>> names) {
    this.names = names;
  }

  /**
   * The same peers with each name replaced by all of its addresses; one whose name does not resolve
   * stays without. Never fails.
   */
  public Future<List<Peer>> resolved(List<Peer> peers) {
    Map<String, Future<@Nullable Resolution>> asked = new LinkedHashMap<>();
    for (Peer peer : peers) {
      String name = peer.name();
      if (name != null && peer.address() == null && asked.size() < MAX_NAMES) {
        asked.computeIfAbsent(name, this::ask);
      }
    }
    return Future.join(List.copyOf(asked.values()))
        .map(
            done -> {
              List<Peer> all = new ArrayList<>();
              for (Peer peer : peers) {
                String name = peer.name();
                Future<@Nullable Resolution> answer = name == null ? null : asked.get(name);
                add(peer, answer == null ? null : answer.result(), all);
              }
              return List.copyOf(all);
            });
  }

  private Future<@Nullable Resolution> ask(String name) {
    Future<Resolution> answer;
    try {
      answer = names.apply(name);
    } catch (RuntimeException e) {
      return Future.succeededFuture(null);
    }
    return answer.<@Nullable Resolution>map(r -> r).otherwise((Resolution) null);
  }

  private static void add(Peer peer, @Nullable Resolution answer, List<Peer> all) {
    if (answer == null || answer.addresses().isEmpty()) {
      all.add(peer);
      return;
    }
    for (String address : answer.addresses()) {
      all.add(
          peer.at((address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + peer.port()));
    }
  }
}
