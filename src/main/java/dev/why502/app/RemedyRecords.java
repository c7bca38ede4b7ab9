package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.remedy.Ledger;
import dev.why502.remedy.RemedyRun;
import dev.why502.store.Entry;
import dev.why502.store.Outgoing;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes down what remedies do, and tells of it, in that order. */
final class RemedyRecords implements Ledger {
  private final Register register;
  private final Feed feed;
  private final Json json;
  private final Dispatch dispatch;

  /** Of runs that have begun, as it was before: it stays with them. */
  private final Map<String, String> evidence = new ConcurrentHashMap<>();

  RemedyRecords(Register register, Feed feed, Json json, Dispatch dispatch) {
    this.register = register;
    this.feed = feed;
    this.json = json;
    this.dispatch = dispatch;
  }

  @Override
  public Future<Void> began(RemedyRun run, @Nullable String caseText) {
    JsonObject body = json.record(run);
    if (caseText != null) {
      evidence.put(run.id(), caseText);
      body.put("case", caseText);
    }
    return register.add(entry(run, body, List.of())).onSuccess(kept -> feed.remedy(run));
  }

  @Override
  public void ended(RemedyRun run) {
    JsonObject body = json.record(run);
    List<Outgoing> messages = dispatch.ended(body);
    String caseText = evidence.remove(run.id());
    if (caseText != null) {
      body.put("case", caseText);
    }
    register.add(entry(run, body, messages));
    feed.remedy(run);
    if (!messages.isEmpty()) {
      dispatch.send(messages);
    }
  }

  /** A run as it is shown and read: its case is for {@code replay} alone. */
  static JsonObject withoutCase(String run) {
    JsonObject body = new JsonObject(run);
    body.remove("case");
    return body;
  }

  private static Entry entry(RemedyRun run, JsonObject body, List<Outgoing> messages) {
    return new Entry.RemedyRun(
        run.id(),
        run.remedy(),
        run.probe(),
        run.incident(),
        run.startedAt(),
        run.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        body.encode(),
        messages);
  }
}
