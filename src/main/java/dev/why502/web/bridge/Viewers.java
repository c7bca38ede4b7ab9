package dev.why502.web.bridge;

import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
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
 * each message becomes bytes once in each language.
 *
 * <p>Belongs to one event loop.
 */
final class Viewers {
  /**
   * Under load what is told goes out in one piece, this long after the piece before; a message that
   * comes alone does not wait.
   */
  static final long BATCH_MILLIS = 20;

  private final Vertx vertx;
  private final EventBus bus;
  private final LongSupplier nanoTime;
  private final Terms terms;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private final Map<Subject, Topic> topics = new HashMap<>();

  /** Topics with something to tell. */
  private final Set<Topic> due = new LinkedHashSet<>();

  private boolean scheduled;
  private long toldNanos;

  Viewers(Vertx vertx, Terms terms, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.terms = terms;
    this.nanoTime = nanoTime;
    this.toldNanos = nanoTime.getAsLong() - BATCH_MILLIS * 1_000_000;
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

  Viewer join(Link link, Language language) {
    Viewer viewer = new Viewer(link, this, language);
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
    Subject subject = new Subject(address, viewer.language());
    return topics.computeIfAbsent(subject, this::open).join(viewer);
  }

  private Topic open(Subject subject) {
    Spoken spoken = Spoken.in(subject.language());
    Topic topic = new Topic();
    topic.opened(bus.consumer(subject.address(), message -> deliver(topic, spoken, message)));
    return topic;
  }

  void unregister(String address, Viewer viewer) {
    Subject subject = new Subject(address, viewer.language());
    Topic topic = topics.get(subject);
    if (topic != null && topic.leave(viewer)) {
      topics.remove(subject);
      due.remove(topic);
      topic.close();
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
    return topics.size();
  }

  private void deliver(Topic topic, Spoken spoken, Message<Object> message) {
    String address = message.address();
    Object body =
        message.body() instanceof JsonObject json ? spoken.message(address, json) : message.body();
    if (topic.add(Frames.news(address, shown(body)))) {
      topic.tell();
      return;
    }
    due.add(topic);
    if (!scheduled) {
      scheduled = true;
      long sinceMillis = (nanoTime.getAsLong() - toldNanos) / 1_000_000;
      if (sinceMillis >= BATCH_MILLIS) {
        // At once, but after all that this turn of the loop still brings.
        vertx.getOrCreateContext().runOnContext(now -> tell());
      } else {
        vertx.setTimer(BATCH_MILLIS - sinceMillis, late -> tell());
      }
    }
  }

  private void tell() {
    scheduled = false;
    List<Topic> told = List.copyOf(due);
    due.clear();
    told.forEach(Topic::tell);
    // From the end: whatever the telling costs, the loop has that long for others.
    toldNanos = nanoTime.getAsLong();
  }

  /** What is listened to, and in which language. */
  private record Subject(String address, Language language) {}
}
