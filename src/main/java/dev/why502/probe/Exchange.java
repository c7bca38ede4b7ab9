package dev.why502.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import dev.why502.probe.ResponseParser.State;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One request and its response on an open line. */
final class Exchange implements Reply {
  /** RFC 6455, 1.3. */
  private static final String WEB_SOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** A request up to this size goes out at once. */
  private static final int ONE_WRITE = 16 * 1024;

  private final Line line;
  private final Trace trace;
  private final Hop hop;
  private final boolean wholeBody;
  private final Runnable done;
  private final BodySink sink;
  private final ResponseParser parser;
  private final @Nullable String webSocketKey;
  private int requestBytes;
  private boolean ended;

  Exchange(Line line, Trace trace, Hop hop, boolean wholeBody, Runnable done) {
    this.line = line;
    this.trace = trace;
    this.hop = hop;
    this.wholeBody = wholeBody;
    this.done = done;
    this.sink = new BodySink(wholeBody);
    this.webSocketKey = hop.target().scheme().webSocket() ? newKey() : null;
    this.parser = new ResponseParser(hop.method().equals("HEAD"), webSocketKey != null, sink);
  }

  void start(String httpVersion, boolean keepAlive) {
    trace.enter(Phase.REQUEST, System.nanoTime());
    Buffer request = RequestBytes.of(hop, httpVersion, webSocketKey, keepAlive);
    requestBytes = request.length();
    if (!line.closed()) {
      line.socket()
          .write(request)
          .onComplete(
              written -> {
                if (written.failed()) {
                  line.broke(written.cause());
                } else if (!ended && trace.open() == Phase.REQUEST) {
                  trace.enter(Phase.PROCESSING, System.nanoTime());
                }
              });
    }
    line.listen(this::arrived, this::closed);
  }

  private void arrived(Buffer data) {
    if (trace.open() == Phase.REQUEST) {
      // An answer before the whole request was taken: 413 and 502 come like that.
      trace.enter(Phase.PROCESSING, System.nanoTime());
    }
    byte[] bytes = data.getBytes();
    State state = parser.feed(bytes, 0, bytes.length);
    if (trace.open() == Phase.PROCESSING && parser.bodyBegun()) {
      trace.enter(Phase.TRANSFER, System.nanoTime());
    }
    if (state == State.DONE || state == State.FAILED) {
      end();
    }
  }

  private void closed(@Nullable Throwable broken) {
    if (trace.open() == Phase.REQUEST && requestBytes <= ONE_WRITE) {
      // Whether a small request was written before the reset came is a race, and tells nothing.
      trace.enter(Phase.PROCESSING, System.nanoTime());
    }
    parser.end(broken != null);
    end();
  }

  private void end() {
    if (!ended) {
      ended = true;
      line.hush();
      done.run();
    }
  }

  @Override
  public @Nullable Failure failure() {
    return parser.failure();
  }

  @Override
  public int status() {
    return parser.headDone() ? parser.status() : 0;
  }

  @Override
  public @Nullable String header(String name) {
    return parser.header(name);
  }

  @Override
  public boolean persistent() {
    return parser.persistent();
  }

  @Override
  public @Nullable String firstBytes() {
    return parser.firstBytes();
  }

  @Override
  public @Nullable Response response() {
    if (!parser.headDone()) {
      return null;
    }
    BodySink decoded = decoded();
    return new Response(
        parser.version(),
        parser.status(),
        parser.reason(),
        parser.headers().subList(0, Math.min(ResponseParser.MOST_HEADERS, parser.headers().size())),
        parser.headerBytes(),
        decoded.beginning(),
        decoded.total(),
        decoded.cut(),
        decoded.sha256Hex());
  }

  @Override
  public byte[] body() {
    return decoded().kept();
  }

  /** The body as it came: nothing is unpacked. */
  BodySink raw() {
    return sink;
  }

  private @Nullable BodySink inflated;

  /**
   * A coded body is judged as it came, unless an expectation needs its text: we asked for none
   * coded, and unpacking what nobody reads is work for a stranger.
   */
  private BodySink decoded() {
    if (!wholeBody) {
      return sink;
    }
    if (inflated == null) {
      inflated = Inflating.inflate(parser.header("content-encoding"), sink);
    }
    return inflated;
  }

  /** Whether the answer completes a WebSocket handshake (RFC 6455, 4.1). */
  @Override
  public boolean upgraded() {
    String accept = parser.header("sec-websocket-accept");
    String upgrade = parser.header("upgrade");
    return webSocketKey != null
        && parser.status() == 101
        && upgrade != null
        && upgrade.toLowerCase(Locale.ROOT).contains("websocket")
        && accept != null
        && accept.strip().equals(accepted(webSocketKey));
  }

  /** A masked close frame with status 1000 (RFC 6455, 5.5.1). */
  static Buffer closeFrame() {
    byte[] mask = new byte[4];
    ThreadLocalRandom.current().nextBytes(mask);
    byte[] frame = {
      (byte) 0x88,
      (byte) 0x82,
      mask[0],
      mask[1],
      mask[2],
      mask[3],
      (byte) (mask[0] ^ (1000 >> 8)),
      (byte) (mask[1] ^ (1000 & 0xff))
    };
    return Buffer.buffer(frame);
  }

  private static String newKey() {
    byte[] key = new byte[16];
    ThreadLocalRandom.current().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private static String accepted(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest((key + WEB_SOCKET_GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-1", e);
    }
  }
}
