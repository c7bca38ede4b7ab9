package dev.why502.bus;

import dev.why502.diagnosis.Verdict;
import dev.why502.observation.Observation;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The only publisher. Each message gets the next number of this node, so that a viewer that asks
 * and listens at the same time can tell which of two is newer.
 */
public final class Feed {
  private static final DeliveryOptions LATE = new DeliveryOptions().setCodecName(LateJson.CODEC);

  private final EventBus bus;
  private final Json json;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier sequence;
  private final Latest latest;

  /**
   * @param sequence gives the next number at each call
   * @param latest is told each verdict before it is published
   */
  public Feed(
      EventBus bus,
      Json json,
      String node,
      InstantSource clock,
      LongSupplier sequence,
      Latest latest) {
    this.bus = bus;
    this.json = json;
    this.node = node;
    this.clock = clock;
    this.sequence = sequence;
    this.latest = latest;
    // Another feed on the same bus may have brought it: it has no state, so either will do.
    bus.unregisterCodec(LateJson.CODEC).registerCodec(new LateJson.Codec());
  }

  /**
   * Publishes to everybody and to those who listen to this probe only.
   *
   * @return the number under which it was published
   */
  public long verdict(Verdict verdict) {
    long seq = sequence.getAsLong();
    latest.put(verdict, seq);
    JsonObject body = json.verdict(verdict, seq);
    bus.publish(Addresses.VERDICTS, body);
    bus.publish(Addresses.verdicts(verdict.probe()), body);
    return seq;
  }

  /**
   * Written as JSON only where somebody listens.
   *
   * @return the number under which it was published
   */
  public long observation(Observation observation) {
    long seq = sequence.getAsLong();
    bus.publish(
        Addresses.OBSERVATIONS, new LateJson(() -> json.observation(observation, seq, node)), LATE);
    return seq;
  }

  /** The number of the next message that is published later, as it is. */
  public long number() {
    return sequence.getAsLong();
  }

  /**
   * An incident was opened, changed or resolved.
   *
   * @param body as {@link Json#incident} wrote it
   * @param probes all that it befell
   */
  public void incident(JsonObject body, Collection<String> probes) {
    latest.put(body, probes);
    bus.publish(Addresses.INCIDENTS, body);
  }

  /** The same where it is no news: for whoever asks. */
  public void shown(JsonObject body, Collection<String> probes) {
    latest.put(body, probes);
  }

  /** Definitions were loaded, or refused for these errors, each with its JSON pointer. */
  public void definitions(boolean accepted, List<String> errors) {
    JsonObject body = numbered(new Definitions(accepted, errors));
    latest.definitions(body);
    bus.publish(Addresses.DEFINITIONS, body);
  }

  /** A remedy was begun, or came to an end, or would have run. */
  public void remedy(Record run) {
    bus.publish(Addresses.REMEDIES, numbered(run));
  }

  public void health(Health health) {
    bus.publish(Addresses.HEALTH, numbered(health));
  }

  private JsonObject numbered(Record body) {
    return json.record(body)
        .put("at", Mappers.millis(clock.instant()))
        .put("seq", sequence.getAsLong())
        .put("node", node);
  }

  private record Definitions(boolean accepted, List<String> errors) {
    Definitions {
      errors = List.copyOf(errors);
    }
  }
}
