package dev.why502.engine;

import dev.why502.evidence.Answer;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the packet filter does with connections to the addresses that are asked. It is read while
 * the request is under way, since one whose packets are dropped takes all the time there is; what
 * is kept of it is what a failed connection makes worth telling. Confined to one context.
 */
final class Firewalls {
  private final Sources sources;
  private final Set<String> asked = new HashSet<>();
  private final Map<String, Firewall> known = new HashMap<>();
  private final List<Future<?>> coming = new ArrayList<>();

  Firewalls(Sources sources) {
    this.sources = sources;
  }

  void ask(String address, boolean local) {
    if (!address.startsWith("unix:") && asked.add(address)) {
      coming.add(sources.firewall(address, local).onSuccess(seen -> known.put(address, seen)));
    }
  }

  /** Completed when all that was asked for is known: a refusal comes sooner than the rules. */
  Future<?> settled() {
    return coming.isEmpty() ? Future.succeededFuture() : Future.join(new ArrayList<>(coming));
  }

  /** What bears on these answers, in their order. */
  List<Evidence> of(List<Evidence> evidence) {
    Set<String> told = new HashSet<>();
    List<Evidence> kept = new ArrayList<>();
    for (Evidence one : evidence) {
      if (one instanceof Answer answer && !answer.edge()) {
        Firewall firewall = known.get(answer.address());
        if (firewall != null && worth(answer, firewall) && told.add(answer.address())) {
          kept.add(firewall);
        }
      }
    }
    return kept;
  }

  /** A rule for another user's packets is worth telling though ours pass. */
  private static boolean worth(Answer answer, Firewall firewall) {
    FailureKind failure = answer.seen().failure();
    if (failure == null) {
      return firewall.rules().stream().anyMatch(rule -> rule.user() != null);
    }
    return failure == FailureKind.REFUSED
        || failure == FailureKind.UNREACHABLE
        || (failure == FailureKind.TIMEOUT && answer.seen().phase() == Phase.CONNECT);
  }
}
