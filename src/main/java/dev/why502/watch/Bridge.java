package dev.why502.watch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a service's bridge: registers, asks, hears. It ends once, with the words that
 * say why. What comes over it is bounded, and what cannot be read is counted and left.
 *
 * <p>Belongs to the event loop that made it.
 */
final class Bridge {
  /** Of a message inward: replies have at most 200 KiB, and a verdict is seldom above 20. */
  static final int MAX_MESSAGE = 1024 * 1024;

  /** As the service takes them. */
  private static final int OUTWARD_FRAME = 64 * 1024;

  private final Vertx vertx;
  private final ClientWebSocket socket;
  private final long answerMillis;
  private final BiConsumer<String, JsonObject> hear;
  private final Runnable alive;
  private final Consumer<String> ended;
  private final Map<String, Promise<JsonObject>> questions = new HashMap<>();
  private int asked;
  private boolean over;
  private @Nullable String broken;

  /** A client of a bridge, with what no default of Vert.x bounds. */
  static WebSocketClient client(Vertx vertx, long answerMillis) {
    return vertx.createWebSocketClient(
        new WebSocketClientOptions()
            .setMaxConnections(2)
            .setMaxFrameSize(MAX_MESSAGE)
            .setMaxMessageSize(MAX_MESSAGE)
            // Would inflate what comes without any limit.
            .setTryUsePerFrameCompression(false)
            .setTryUsePerMessageCompression(false)
            .setSslHandshakeTimeout(answerMillis)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setClosingTimeout(1));
  }

  /**
   * @param answerMillis for the handshake and for each question
   * @param hear address and body of what is published
   * @param alive called at each sign of life
   * @param ended called once, when it was open and is no more
   */
  Bridge(
      Vertx vertx,
      WebSocketClient client,
      long answerMillis,
      BiConsumer<String, JsonObject> hear,
      Runnable alive,
      Consumer<String> ended) {
    this.vertx = vertx;
    this.socket = client.webSocket();
    this.answerMillis = answerMillis;
    this.hear = hear;
    this.alive = alive;
    this.ended = ended;
  }

  Future<WebSocket> connect(ServiceUrl url, @Nullable String token) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(url.host())
            .setPort(url.port())
            .setSsl(url.tls())
            .setURI(url.path())
            // We are no page of anybody's.
            .setAllowOriginHeader(false)
            .setConnectTimeout(answerMillis)
            .setTimeout(answerMillis);
    if (token != null) {
      options.putHeader("Authorization", "Bearer " + token);
    }
    // Before the handshake: the first message may follow it in the same packet.
    socket.textMessageHandler(this::received);
    socket.binaryMessageHandler(bytes -> received(bytes.toString()));
    socket.pongHandler(pong -> alive.run());
    socket.exceptionHandler(failure -> broken = "what came cannot be read, or is too long");
    socket.closeHandler(closed -> end(closing()));
    return socket.connect(options);
  }

  /** Registered means that what is published from then on is heard: frames keep their order. */
  void register(String address) {
    write(new JsonObject().put("type", "register").put("address", address));
  }

  Future<JsonObject> ask(String address, JsonObject body) {
    String id = "q" + asked++;
    Promise<JsonObject> answer = Promise.promise();
    questions.put(id, answer);
    long timer =
        vertx.setTimer(
            answerMillis, late -> answer.tryFail(new TimeoutException("no answer to a question")));
    write(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("body", body)
            .put("replyAddress", id));
    return answer
        .future()
        .onComplete(
            done -> {
              questions.remove(id);
              vertx.cancelTimer(timer);
            });
  }

  void ping() {
    if (!over) {
      socket.writePing(Buffer.buffer("why502"));
    }
  }

  void pause() {
    socket.pause();
  }

  void resume() {
    socket.resume();
  }

  /** Ends it from here; why is what is said of it. */
  void close(String why) {
    if (!over) {
      end(why);
      socket.close();
    }
  }

  private void write(JsonObject frame) {
    String text = frame.encode();
    if (!over && text.length() <= OUTWARD_FRAME) {
      socket.writeTextMessage(text);
    }
  }

  private void received(String text) {
    if (over) {
      return;
    }
    alive.run();
    JsonObject frame;
    try {
      frame = new JsonObject(text);
    } catch (DecodeException | ClassCastException e) {
      close("it sends what is no message of an event bus");
      return;
    }
    Fields fields = Fields.of(frame);
    Promise<JsonObject> question = questions.get(fields.text("address"));
    boolean error = fields.text("type").equals("err");
    Object body = frame.getValue("body");
    if (question != null) {
      if (!error && body instanceof JsonObject answer) {
        question.tryComplete(answer);
      } else {
        question.tryFail(new Refused("a question is refused: " + fields.text("message")));
      }
    } else if (error) {
      close("its bridge refuses: " + fields.text("body"));
    } else if (fields.text("type").equals("rec") && body instanceof JsonObject news) {
      hear.accept(fields.text("address"), news);
    }
  }

  private void end(String why) {
    if (!over) {
      over = true;
      questions.values().stream().toList().forEach(question -> question.tryFail(new Refused(why)));
      ended.accept(why);
    }
  }

  private String closing() {
    Short code = socket.closeStatusCode();
    String reason = socket.closeReason();
    if (broken != null) {
      return broken;
    }
    return code == null || code == 1006
        ? "the connection broke"
        : "the service closed it ("
            + code
            + (reason == null || reason.isEmpty() ? "" : ", " + reason)
            + ")";
  }

  /** A failure whose message is meant for people. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String words) {
      super(words, null, false, false);
    }
  }
}
