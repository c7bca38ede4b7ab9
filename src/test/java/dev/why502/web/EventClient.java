package dev.why502.web;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A reader of an event stream, as HTML 9.2.6 has it. */
final class EventClient {
  final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  final BlockingQueue<String> comments = new LinkedBlockingQueue<>();
  private final StringBuilder open = new StringBuilder();
  private final Map<String, String> fields = new HashMap<>();
  final HttpClientResponse response;
  private final HttpClientRequest request;
  private volatile boolean ended;

  record Event(String id, String type, JsonObject data) {}

  EventClient(HttpClientRequest request, HttpClientResponse response) {
    this.request = request;
    this.response = response;
    response.handler(bytes -> received(bytes.toString()));
    response.endHandler(end -> ended = true);
    response.exceptionHandler(failure -> ended = true);
  }

  private void received(String text) {
    open.append(text);
    for (int end = open.indexOf("\n"); end >= 0; end = open.indexOf("\n")) {
      line(open.substring(0, end));
      open.delete(0, end + 1);
    }
  }

  private void line(String line) {
    int colon = line.indexOf(':');
    if (colon == 0) {
      comments.add(line);
    } else if (colon > 0) {
      fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
    } else if (fields.containsKey("data")) {
      events.add(
          new Event(fields.get("id"), fields.get("event"), new JsonObject(fields.get("data"))));
      fields.clear();
    }
  }

  Event next() {
    try {
      Event event = events.poll(Service.PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Event next(String type) {
    Event event = next();
    if (!type.equals(event.type())) {
      throw new AssertionError(type + " was expected and not " + event);
    }
    return event;
  }

  boolean ended() {
    return ended;
  }

  /** Reads no more. */
  EventClient deaf() {
    response.pause();
    return this;
  }

  void leave() {
    request.connection().close();
  }
}
