package dev.why502.gateway.haproxy;

import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.RouteDraft;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which backend a request comes to, and what the rules on the way make of it. */
final class HaproxyRouter {
  private final HaproxyConfig config;
  private final HaproxyArrival arrival;
  private final RouteDraft draft;

  HaproxyRouter(HaproxyConfig config, HaproxyArrival arrival, RouteDraft draft) {
    this.config = config;
    this.arrival = arrival;
    this.draft = draft;
  }

  /** A backend, and the line that chose it. */
  private record Chosen(HaproxyProxy backend, HaproxyLine by) {}

  void run() {
    HaproxyArrival.Reached reached = arrival.reached(config);
    if (reached == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    HaproxyBind bind = reached.bind();
    HaproxyProxy front = bind.proxy();
    draft.server = front.header().place();
    draft.serverName = HaproxyText.shown(front.name());
    if (!reached.sure()) {
      draft.unknown("which bind line takes it is not known (" + bind.line().where() + ")");
    }
    if (bind.line().words().contains("accept-proxy")) {
      draft.unknown("it wants the PROXY protocol first (" + bind.line().where() + ")");
    }
    boolean tls = arrival.arrived().target().scheme().tls();
    if (bind.tls() != tls && (bind.tls() || front.http())) {
      // A TLS hello is no request line; plain HTTP is no handshake, and is not answered at all.
      draft.answer(Handling.RETURN, bind.tls() ? 0 : 400, bind.line().place());
      return;
    }
    if (!arrival.arrived().target().scheme().http() && front.http()) {
      draft.unknown("what is no HTTP is not followed");
      return;
    }
    HaproxyRequest request = arrival.seenBy(bind);
    HaproxyRules rules = new HaproxyRules(config, request, front.http(), draft);
    if (rules.run(front, true)) {
      return;
    }
    Chosen chosen = choose(front, rules);
    if (chosen == null) {
      return;
    }
    HaproxyProxy backend = chosen.backend();
    draft.location = backend == front ? null : chosen.by().place();
    HaproxyRules inside = new HaproxyRules(config, request, front.http() || backend.http(), draft);
    inside.serverTimeoutMillis = rules.serverTimeoutMillis;
    if (backend != front && inside.run(backend, false)) {
      return;
    }
    new HaproxyPasses(config, front, request, inside, draft)
        .build(backend, arrival.arrived().port());
  }

  /** Null, with the draft's handling set, when there is no backend or it is not known which. */
  private @Nullable Chosen choose(HaproxyProxy front, HaproxyRules rules) {
    HaproxyFetches fetches = rules.fetches();
    fetches.askedHost = false;
    List<HaproxyLine> undecided = new ArrayList<>();
    List<@Nullable HaproxyProxy> possible = new ArrayList<>();
    for (HaproxyLine line : front.own("use_backend")) {
      Boolean holds = rules.applies(line, front);
      if (Boolean.FALSE.equals(holds)) {
        continue;
      }
      String name = rules.format().text(line.arg(1));
      HaproxyProxy backend = name == null ? null : config.backend(name);
      if (name == null) {
        undecided.add(line);
        possible.add(null);
        if (Boolean.TRUE.equals(holds)) {
          break;
        }
        continue;
      }
      if (holds == null) {
        undecided.add(line);
        possible.add(backend);
        continue;
      }
      // A computed name that no backend has leads to the default one.
      Chosen here = backend == null ? byDefault(front) : new Chosen(backend, line);
      return settled(front, here, undecided, possible);
    }
    Chosen last =
        undecided.isEmpty() || possible.get(possible.size() - 1) != null ? byDefault(front) : null;
    if (last == null && undecided.isEmpty()) {
      return settled(front, null, undecided, possible);
    }
    boolean hasHostRules = fetches.askedHost;
    if (hasHostRules && undecided.isEmpty()) {
      // Taken for want of a match.
      draft.serverName = null;
    }
    return settled(front, last, undecided, possible);
  }

  private @Nullable Chosen byDefault(HaproxyProxy front) {
    HaproxyLine line = front.last("default_backend");
    String name = line == null ? null : line.arg(1);
    HaproxyProxy backend = name == null ? null : config.backend(name);
    if (line != null && backend != null) {
      return new Chosen(backend, line);
    }
    return front.backend() ? new Chosen(front, front.header()) : null;
  }

  private @Nullable Chosen settled(
      HaproxyProxy front,
      @Nullable Chosen chosen,
      List<HaproxyLine> undecided,
      List<@Nullable HaproxyProxy> possible) {
    boolean same =
        chosen != null && possible.stream().allMatch(backend -> backend == chosen.backend());
    if (undecided.isEmpty() || same) {
      if (chosen == null) {
        draft.handling = Handling.NO_SERVER;
      }
      return chosen;
    }
    for (HaproxyLine line : undecided) {
      draft.unknown("whether it applies is not known (" + line.where() + ": " + line.text() + ")");
    }
    draft.handling = Handling.UNKNOWN;
    draft.server = front.header().place();
    return null;
  }
}
