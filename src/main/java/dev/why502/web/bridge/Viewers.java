package dev.why502.web.bridge;

import dev.why502.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All viewers of the bridge. Whatever their number, each address has one consumer on the bus and
 * each message is written as text once.
 *
 * <p>Belongs to one event loop.
 */
final class Viewers {
  /**
   * Under load what goes to one viewer goes in one piece, this long after the piece before; a
   * message that comes alone does not wait.
   */
  static final long BATCH_MILLIS = 20;

  private final Vertx vertx;
  private final EventBus bus;
  private final LongSupplier nanoTime;
  private final Terms terms;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private final Map<String, Channel> channels = new HashMap<>();
  private List<Viewer> unflushed = new ArrayList<>();
  private long flushedNanos;

  Viewers(Vertx vertx, Terms terms, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.terms = terms;
    this.nanoTime = nanoTime;
    this.flushedNanos = nanoTime.getAsLong() - BATCH_MILLIS * 1_000_000;
  }

  /** Whether nobody can join. A peer that has not said anything yet gives its place first. */
  boolean full() {
    if (viewers.size() >= terms.maxViewers().getAsInt()) {
      viewers.stream()
          .filter(viewer -> viewer.link().carrier().tcp() && !viewer.admitted())
          .findFirst()
          .ifPresent(mute -> mute.link().close(WebSocketLink.TRY_AGAIN_LATER, "too many viewers"));
    }
    return viewers.size() >= terms.maxViewers().getAsInt();
  }

  boolean admits(@Nullable String authorization) {
    return terms.admits().test(authorization);
  }

  /** Something was sent to this viewer that is to leave soon. */
  void unflushed(Viewer viewer) {
    unflushed.add(viewer);
    if (unflushed.size() == 1) {
      long sinceMillis = (nanoTime.getAsLong() - flushedNanos) / 1_000_000;
      if (sinceMillis >= BATCH_MILLIS) {
        // At once, but after all that this turn of the loop still brings.
        vertx.getOrCreateContext().runOnContext(now -> flush());
      } else {
        vertx.setTimer(BATCH_MILLIS - sinceMillis, late -> flush());
      }
    }
  }

  private void flush() {
    List<Viewer> waiting = unflushed;
    unflushed = new ArrayList<>();
    flushedNanos = nanoTime.getAsLong();
    waiting.forEach(Viewer::flush);
  }

  Viewer join(Link link) {
    Viewer viewer = new Viewer(link, this);
    viewers.add(viewer);
    terms.counted().accept(viewers.size());
    return viewer;
  }

  void leave(Viewer viewer) {
    if (viewers.remove(viewer)) {
      List.copyOf(viewer.addresses()).forEach(address -> unregister(address, viewer));
      terms.counted().accept(viewers.size());
    }
  }

  /** The future ends when nothing that is published from then on is missed. */
  Future<Void> register(String address, Viewer viewer) {
    Channel channel =
        channels.computeIfAbsent(
            address, name -> new Channel(bus.consumer(name, this::deliver), new LinkedHashSet<>()));
    channel.viewers().add(viewer);
    return channel.consumer().completion();
  }

  void unregister(String address, Viewer viewer) {
    Channel channel = channels.get(address);
    if (channel != null && channel.viewers().remove(viewer) && channel.viewers().isEmpty()) {
      channels.remove(address);
      // Nothing waits for it, and it fails only where the bus itself has gone.
      channel.consumer().unregister();
    }
  }

  Future<Message<Object>> ask(String address, @Nullable Object body) {
    return bus.request(address, body, Viewer.PATIENCE);
  }

  /** The body as this service may show it; null also where it has no form in JSON. */
  @Nullable Object shown(@Nullable Object body) {
    boolean json =
        body instanceof JsonObject
            || body instanceof JsonArray
            || body instanceof String
            || body instanceof Number
            || body instanceof Boolean;
    return json ? terms.shown().apply(body) : null;
  }

  void tick(long nowNanos) {
    new ArrayList<>(viewers).forEach(viewer -> viewer.link().tick(nowNanos));
  }

  void look(long nowNanos) {
    new ArrayList<>(viewers).forEach(viewer -> viewer.link().look(nowNanos));
  }

  void closeAll() {
    new ArrayList<>(viewers).forEach(viewer -> viewer.link().close(1001, "the service stops"));
  }

  int addresses() {
    return channels.size();
  }

  private void deliver(Message<Object> message) {
    Channel channel = channels.get(message.address());
    if (channel != null && message.address().startsWith(Addresses.ROOT)) {
      try (Outgoing frame = Frames.news(message.address(), shown(message.body()))) {
        // A viewer that is too far behind leaves while we walk.
        new ArrayList<>(channel.viewers()).forEach(viewer -> viewer.send(frame));
      }
    }
  }

  private record Channel(MessageConsumer<Object> consumer, Set<Viewer> viewers) {}
}
