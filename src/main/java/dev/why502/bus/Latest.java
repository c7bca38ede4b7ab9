package dev.why502.bus;

import dev.why502.diagnosis.Verdict;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands now: the newest verdict of each probe, and the answers to those who ask for it.
 *
 * <p>The map is a concurrent one, against the habit: the engine writes it and the bus reads it, and
 * nothing but the wiring of the program decides whether these are one event loop.
 */
public final class Latest {
  /** Of a reply, in bytes. Viewers built on Vert.x take no message above 256 KiB. */
  public static final int MAX_REPLY = 200 * 1024;

  /** What stands around the list: the brackets and the longest token. */
  private static final int MARGIN = 2048;

  private final Json json;
  private final ConcurrentNavigableMap<String, Numbered> verdicts = new ConcurrentSkipListMap<>();
  private final LatestIncidents incidents = new LatestIncidents();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private volatile @Nullable JsonObject definitions;

  public Latest(Json json) {
    this.json = json;
  }

  /** From now on this is what stands for its probe. */
  public void put(Verdict verdict, long seq) {
    verdicts.put(verdict.probe(), new Numbered(verdict, seq));
  }

  /**
   * From now on this is what is said of an incident.
   *
   * @param probes all that it befell
   */
  public void put(JsonObject incident, Collection<String> probes) {
    incidents.put(incident, probes);
  }

  /** How many incidents last. */
  public int openIncidents() {
    return incidents.open();
  }

  /** From now on this is what was published last of the definitions. */
  void definitions(JsonObject body) {
    definitions = body;
  }

  /** Drops what is known of all other probes. */
  public void retain(Collection<String> probes) {
    verdicts.keySet().retainAll(Set.copyOf(probes));
  }

  public @Nullable Verdict verdict(String probe) {
    Numbered numbered = verdicts.get(probe);
    return numbered == null ? null : numbered.verdict();
  }

  /** Answers queries on the bus from now on. The future ends when the addresses are taken. */
  public Future<Void> serve(EventBus bus) {
    List<Future<Void>> taken = new ArrayList<>();
    taken.add(consume(bus, Addresses.QUERY_VERDICTS, "verdicts"));
    taken.add(consume(bus, Addresses.QUERY_INCIDENTS, "incidents"));
    MessageConsumer<Object> loaded =
        bus.consumer(
            Addresses.QUERY_DEFINITIONS,
            message -> {
              JsonObject last = definitions;
              message.reply(last == null ? new JsonObject() : last.copy());
            });
    consumers.add(loaded);
    taken.add(loaded.completion());
    return Future.all(taken).mapEmpty();
  }

  /** Leaves the addresses. */
  public Future<Void> close() {
    List<Future<Void>> left = new ArrayList<>();
    consumers.forEach(consumer -> left.add(consumer.unregister()));
    consumers.clear();
    return Future.join(left).mapEmpty();
  }

  private Future<Void> consume(EventBus bus, String address, String list) {
    MessageConsumer<Object> consumer = bus.consumer(address, message -> answer(message, list));
    consumers.add(consumer);
    return consumer.completion();
  }

  private void answer(Message<Object> message, String list) {
    boolean asked = list.equals("incidents");
    Query query = Query.of(message.body(), asked);
    if (query.problem() != null) {
      message.fail(Query.BAD_REQUEST, query.problem());
    } else {
      message.reply(asked ? incidents.page(query, MAX_REPLY - MARGIN) : page(query));
    }
  }

  /** The verdicts that the query asks for, in the order of their probes, as many as fit. */
  JsonObject page(Query query) {
    JsonArray page = new JsonArray();
    JsonObject reply = new JsonObject().put("verdicts", page);
    Spoken spoken = Spoken.in(query.language());
    long room = MAX_REPLY - MARGIN;
    String last = null;
    for (Map.Entry<String, Numbered> entry : chosen(query).entrySet()) {
      Numbered one = entry.getValue();
      JsonObject verdict = spoken.verdict(json.verdict(one.verdict(), one.seq()));
      int length = length(verdict);
      if (length > MAX_REPLY - MARGIN) {
        verdict = withoutData(verdict);
        length = length(verdict);
      }
      room -= length + 1L;
      if (page.size() == query.limit() || (room < 0 && last != null)) {
        return reply.put("next", last);
      }
      page.add(verdict);
      last = entry.getKey();
    }
    return reply;
  }

  private Map<String, Numbered> chosen(Query query) {
    if (query.probe() != null) {
      Numbered one = verdicts.get(query.probe());
      return one == null ? Map.of() : Map.of(query.probe(), one);
    }
    return query.after() == null ? verdicts : verdicts.tailMap(query.after(), false);
  }

  /** In bytes, as it leaves: escapes make it longer. */
  private static int length(JsonObject verdict) {
    return JsonText.of(verdict).getBytes(StandardCharsets.UTF_8).length;
  }

  /** One verdict that no reply has room for still says everything but its evidence's data. */
  private static JsonObject withoutData(JsonObject verdict) {
    for (Object evidence : verdict.getJsonArray("evidence")) {
      if (evidence instanceof JsonObject one) {
        one.put("data", new JsonObject().put("left", "out: the verdict is too long"));
      }
    }
    return verdict;
  }

  private record Numbered(Verdict verdict, long seq) {}
}
