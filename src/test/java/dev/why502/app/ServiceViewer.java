package dev.why502.app;

import io.vertx.core.json.JsonObject;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A page on the bridge: one WebSocket, and all that came over it. */
final class ServiceViewer implements WebSocket.Listener {
  private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final StringWriter everything = new StringWriter();

  static ServiceViewer open(
      HttpClient client, URI service, @Nullable String token, String... addresses)
      throws Exception {
    ServiceViewer viewer = new ServiceViewer();
    String url =
        "ws://"
            + service.getAuthority()
            + "/eventbus/websocket"
            + (token == null ? "" : "?access_token=" + token);
    WebSocket socket =
        client.newWebSocketBuilder().buildAsync(URI.create(url), viewer).get(10, TimeUnit.SECONDS);
    for (String address : addresses) {
      socket
          .sendText(new JsonObject().put("type", "register").put("address", address).encode(), true)
          .get(10, TimeUnit.SECONDS);
    }
    // An answer means that all registrations before the question are in force.
    socket
        .sendText(
            new JsonObject()
                .put("type", "send")
                .put("address", "why502.query.verdicts")
                .put("replyAddress", "first")
                .put("body", new JsonObject().put("limit", 1))
                .encode(),
            true)
        .get(10, TimeUnit.SECONDS);
    viewer.next(10_000, frame -> "first".equals(frame.getString("address")));
    return viewer;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
    text.append(part);
    everything.append(part);
    if (last) {
      everything.append('\n');
      frames.add(new JsonObject(text.toString()));
      text.setLength(0);
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    closed.complete(status);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable broken) {
    closed.completeExceptionally(broken);
  }

  /** The next frame that is meant; those before it are dropped. */
  JsonObject next(long millis, Predicate<JsonObject> meant) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    while (true) {
      JsonObject frame =
          frames.poll(Math.max(1, (end - System.nanoTime()) / 1_000_000), TimeUnit.MILLISECONDS);
      if (frame == null) {
        throw new AssertionError("not heard within " + millis + " ms");
      }
      if (meant.test(frame)) {
        return frame;
      }
    }
  }

  /** The next body at an address that is meant. */
  JsonObject body(long millis, String address, Predicate<JsonObject> meant) throws Exception {
    return next(
            millis,
            frame ->
                address.equals(frame.getString("address"))
                    && meant.test(frame.getJsonObject("body")))
        .getJsonObject("body");
  }

  /** All that was heard so far and not yet taken. */
  java.util.List<JsonObject> heard() {
    java.util.List<JsonObject> all = new java.util.ArrayList<>();
    frames.drainTo(all);
    return all;
  }

  /** Every frame that has come, taken or not, as it came. */
  String all() {
    return everything.toString();
  }

  /** The status it was closed with. */
  int closed(long millis) throws Exception {
    return closed.get(millis, TimeUnit.MILLISECONDS);
  }
}
