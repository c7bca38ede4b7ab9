package dev.why502.web.bridge;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who listens at one address, and what they are about to be told. */
final class Topic {
  /** Messages that wait to be told together. */
  static final int MAX_WAITING = 64;

  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private List<Outgoing> waiting = new ArrayList<>();
  private @Nullable MessageConsumer<Object> consumer;

  /** The future ends when nothing that is published from then on is missed. */
  Future<Void> opened(MessageConsumer<Object> from) {
    consumer = from;
    return from.completion();
  }

  Future<Void> join(Viewer viewer) {
    viewers.add(viewer);
    return consumer == null ? Future.succeededFuture() : consumer.completion();
  }

  /** Whether nobody is left. */
  boolean leave(Viewer viewer) {
    viewers.remove(viewer);
    return viewers.isEmpty();
  }

  /** Takes the message over; whether it is time to tell. */
  boolean add(Outgoing message) {
    waiting.add(message);
    return waiting.size() >= MAX_WAITING;
  }

  /** Tells everybody what waits, in one piece. */
  void tell() {
    List<Outgoing> told = waiting;
    waiting = new ArrayList<>();
    if (told.isEmpty()) {
      return;
    }
    try (Outgoing all = told.size() == 1 ? told.get(0) : Outgoing.joined(told)) {
      // A viewer that is too far behind leaves while we walk.
      new ArrayList<>(viewers).forEach(viewer -> viewer.send(all));
    }
  }

  void close() {
    waiting.forEach(Outgoing::close);
    waiting.clear();
    if (consumer != null) {
      // Nothing waits for it, and it fails only where the bus itself has gone.
      consumer.unregister();
    }
  }
}
