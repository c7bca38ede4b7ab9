package dev.why502.web.bridge;

import dev.why502.bus.Addresses;
import io.vertx.core.Future;
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
import org.jspecify.annotations.Nullable;

/**
 * All viewers of the bridge. Whatever their number, each address has one consumer on the bus and
 * each message is written as text once.
 *
 * <p>Belongs to one event loop.
 */
final class Viewers {
  static final int MAX_VIEWERS = 256;

  private final EventBus bus;
  private final Terms terms;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private final Map<String, Channel> channels = new HashMap<>();

  Viewers(EventBus bus, Terms terms) {
    this.bus = bus;
    this.terms = terms;
  }

  boolean full() {
    return viewers.size() >= MAX_VIEWERS;
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

  void register(String address, Viewer viewer) {
    channels
        .computeIfAbsent(
            address, name -> new Channel(bus.consumer(name, this::deliver), new LinkedHashSet<>()))
        .viewers()
        .add(viewer);
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

  void closeAll() {
    new ArrayList<>(viewers).forEach(viewer -> viewer.link().close(1001, "the service stops"));
  }

  int addresses() {
    return channels.size();
  }

  private void deliver(Message<Object> message) {
    Channel channel = channels.get(message.address());
    if (channel != null && message.address().startsWith(Addresses.ROOT)) {
      String frame = Frames.received(message.address(), shown(message.body()));
      // A viewer that is too far behind leaves while we walk.
      new ArrayList<>(channel.viewers()).forEach(viewer -> viewer.link().send(frame));
    }
  }

  private record Channel(MessageConsumer<Object> consumer, Set<Viewer> viewers) {}
}
