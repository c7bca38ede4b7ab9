package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.definition.Definitions;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Event;
import dev.why502.incident.Stored;
import dev.why502.store.Entry;
import dev.why502.store.Outgoing;
import dev.why502.web.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What follows when verdicts are known: incidents, what is remembered of them, who is told. */
final class Consequences {
  private final Meters meters;
  private final Announcer announcer;
  private final Outages outages;

  /**
   * @param cases a probe's newest case as it is stored, secrets masked; null when there is none
   */
  Consequences(
      Vertx vertx,
      Feed feed,
      Json json,
      String node,
      InstantSource clock,
      Meters meters,
      Function<String, @Nullable String> cases) {
    this.meters = meters;
    this.announcer =
        new Announcer(vertx, feed, json, node, clock, new Forgetful(), new Nobody(), cases);
    this.outages = new Outages(vertx, clock, System::nanoTime, this::tell);
  }

  /** Takes definitions, before verdicts of them come. */
  Future<Void> define(Definitions next) {
    return outages.define(next.probes(), next.reactions(), 0);
  }

  /** What a round or a close look came to. Callable anywhere. */
  void concluded(Verdict verdict) {
    outages.concluded(verdict);
  }

  private void tell(Event event, @Nullable Stored stored, Set<String> probes) {
    meters.incidentsOpen(outages.open().size());
    announcer.tell(event, stored, probes);
  }

  private static final class Forgetful implements Ledger {
    @Override
    public Future<Void> add(Entry entry) {
      return Future.succeededFuture();
    }

    @Override
    public boolean failing() {
      return false;
    }
  }

  private static final class Nobody implements Announcer.Addressing {
    @Override
    public List<Outgoing> of(Event event, JsonObject body) {
      return List.of();
    }

    @Override
    public void send(List<Outgoing> messages) {}
  }
}
