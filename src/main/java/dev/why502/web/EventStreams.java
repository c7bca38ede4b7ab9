package dev.why502.web;

import dev.why502.bus.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The news of the bus as server-sent events (HTML, 9.2), for those without a WebSocket. A reader
 * that comes back with the id of its last event gets what it missed; where that is no longer known,
 * and at the first time, the event {@code reset} tells it to fetch what stands.
 *
 * <p>Belongs to one event loop.
 */
final class EventStreams {
  static final String PATH = "/api/v1/events";
  static final long HEARTBEAT_MILLIS = 15_000;

  /** How long news are still gathered when the last reader has gone: it may come back. */
  static final long GRACE_MILLIS = 60_000;

  private static final int RETRY_MILLIS = 2_000;
  private static final int RETRY_FULL_SECONDS = 5;

  private final Vertx vertx;
  private final boolean exposed;
  private final Seats seats;
  private final long heartbeatMillis;

  /** Tells this process from those before it. */
  private final String epoch = Long.toHexString(ThreadLocalRandom.current().nextLong());

  private final Set<EventReader> readers = new LinkedHashSet<>();
  private final Map<NewsKind, Channel> channels = new EnumMap<>(NewsKind.class);
  private long position;

  EventStreams(Vertx vertx, WebOptions options, Seats seats) {
    this.vertx = vertx;
    this.exposed = options.exposed();
    this.heartbeatMillis = Math.min(options.times().pingMillis(), HEARTBEAT_MILLIS);
    this.seats = seats;
    for (NewsKind kind : NewsKind.values()) {
      channels.put(kind, new Channel(kind));
    }
  }

  void mount(Router router) {
    Routes.read(router, PATH, this::join);
    vertx.setPeriodic(heartbeatMillis, timer -> heartbeat());
  }

  private void join(RoutingContext context) {
    HttpServerResponse response = context.response();
    News.Wanted wanted = wanted(context);
    if (wanted == null) {
      return;
    }
    if (seats.full()) {
      response.putHeader("Retry-After", Integer.toString(RETRY_FULL_SECONDS));
      Replies.problem(response, 503, "too many viewers");
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        // nginx would gather events until a buffer is full.
        .putHeader("X-Accel-Buffering", "no");
    HttpServerRequest request = context.request();
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
      return;
    }
    response.setChunked(true);
    EventReader reader = new EventReader(response, request.connection(), wanted);
    readers.add(reader);
    seats.onStreams(readers.size());
    response.closeHandler(gone -> leave(reader));
    List<Future<Void>> open = new ArrayList<>();
    wanted.kinds().forEach(kind -> open.add(channel(kind).enter()));
    String last = request.getHeader("Last-Event-ID");
    // What is said to stand must not be older than what is listened for.
    Future.join(open).onComplete(listening -> begin(reader, last));
  }

  private void begin(EventReader reader, @Nullable String last) {
    EventId known = last == null ? null : EventId.parse(last);
    boolean whole =
        known != null
            && known.epoch().equals(epoch)
            && known.position() <= position
            && reader.wanted().kinds().stream()
                .allMatch(kind -> channel(kind).window.reaches(known.position()));
    if (known != null && whole) {
      reader.write("retry: " + RETRY_MILLIS + "\n\n");
      List<News> missed = new ArrayList<>();
      reader.wanted().kinds().forEach(kind -> channel(kind).window.after(known.position(), missed));
      missed.sort(Comparator.comparingLong(News::position));
      reader.begun();
      missed.forEach(reader::offer);
    } else {
      reader.write("retry: " + RETRY_MILLIS + "\n" + reset(last == null ? "start" : "gap"));
      reader.begun();
    }
  }

  private String reset(String reason) {
    JsonObject body =
        new JsonObject()
            .put("reason", reason)
            .put("fetch", JsonArray.of("/api/v1/verdicts", "/api/v1/incidents"));
    return text(new EventId(0, epoch, position), "reset", body);
  }

  private static String text(EventId id, String event, JsonObject body) {
    return "id: " + id + "\nevent: " + event + "\ndata: " + JsonText.of(body) + "\n\n";
  }

  private static News.@Nullable Wanted wanted(RoutingContext context) {
    Paging probe = Paging.of(context);
    if (probe == null) {
      return null;
    }
    Set<NewsKind> kinds = EnumSet.noneOf(NewsKind.class);
    for (String list : context.queryParams().getAll("types")) {
      for (String word : list.split(",", -1)) {
        NewsKind kind = NewsKind.of(word);
        if (kind == null) {
          Replies.problem(
              context.response(),
              "types",
              "must be some of verdicts, observations, incidents, definitions, health");
          return null;
        }
        kinds.add(kind);
      }
    }
    return new News.Wanted(kinds.isEmpty() ? NewsKind.USUAL : kinds, probe.probe());
  }

  private void leave(EventReader reader) {
    reader.gone();
    if (readers.remove(reader)) {
      seats.onStreams(readers.size());
      reader.wanted().kinds().forEach(kind -> channel(kind).leave());
    }
  }

  /** A comment now and then keeps proxies from closing a quiet stream. */
  private void heartbeat() {
    new ArrayList<>(readers).forEach(reader -> reader.write(": still here\n\n"));
  }

  void closeAll() {
    new ArrayList<>(readers).forEach(EventReader::end);
  }

  private Channel channel(NewsKind kind) {
    Channel channel = channels.get(kind);
    if (channel == null) {
      throw new AssertionError(kind);
    }
    return channel;
  }

  /** One kind of news: heard on the bus while somebody reads it, and a little longer. */
  private final class Channel {
    private final NewsKind kind;
    private final NewsWindow window;
    private @Nullable MessageConsumer<Object> consumer;
    private int listeners;
    private long graceTimer = -1;

    Channel(NewsKind kind) {
      this.kind = kind;
      this.window = new NewsWindow(kind.windowChars);
    }

    Future<Void> enter() {
      listeners++;
      if (graceTimer >= 0) {
        vertx.cancelTimer(graceTimer);
        graceTimer = -1;
      }
      MessageConsumer<Object> there = consumer;
      if (there == null) {
        there = vertx.eventBus().consumer(kind.address, this::heard);
        consumer = there;
        window.open(position);
      }
      return there.completion();
    }

    void leave() {
      if (--listeners == 0) {
        graceTimer = vertx.setTimer(GRACE_MILLIS, late -> close());
      }
    }

    private void close() {
      graceTimer = -1;
      window.close();
      MessageConsumer<Object> there = consumer;
      consumer = null;
      if (there != null) {
        // Nothing waits for it, and it fails only where the bus itself has gone.
        there.unregister();
      }
    }

    private void heard(Message<Object> message) {
      if (!(message.body() instanceof JsonObject body)) {
        return;
      }
      EventId id = new EventId(body.getLong("seq", 0L), epoch, ++position);
      JsonObject shown = exposed ? Redaction.of(body) : body;
      News news = new News(id.position(), kind, kind.probes(body), text(id, kind.word(), shown));
      window.add(news);
      // A reader that is too far behind leaves while we walk.
      new ArrayList<>(readers).forEach(reader -> reader.offer(news));
    }
  }
}
