package dev.why502.web.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A message on its way to viewers. It becomes bytes here and nowhere else, in each form at most
 * once, however many viewers it goes to: they share the buffers, also while a slow one still holds
 * them. To be closed by whoever made it, after the last send.
 */
final class Outgoing implements AutoCloseable {
  /**
   * Direct, so that a socket takes the bytes where they are; and not watched by the leak detector,
   * which writes down a stack for each of the viewers that share one. Its metric tells of a leak.
   */
  static final UnpooledByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true);

  /** Of one frame of a WebSocket: viewers built on Vert.x take no larger ones. */
  private static final int MAX_FRAGMENT = 64 * 1024;

  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int LAST = 0x80;

  private final Function<Carrier, String> written;
  private final List<Outgoing> parts;
  private final Map<Carrier, String> texts = new EnumMap<>(Carrier.class);
  private final Map<Carrier, ByteBuf> bytes = new EnumMap<>(Carrier.class);

  /**
   * A message that has not been written yet.
   *
   * @param written the frame as JSON, as the carrier's protocol has it
   */
  Outgoing(Function<Carrier, String> written) {
    this(written, List.of());
  }

  private Outgoing(Function<Carrier, String> written, List<Outgoing> parts) {
    this.written = written;
    this.parts = parts;
  }

  /** Several messages, one after the other in one piece; it takes them over. */
  static Outgoing joined(List<Outgoing> parts) {
    return new Outgoing(carrier -> "", List.copyOf(parts));
  }

  /** The frames as JSON. */
  Stream<String> texts(Carrier carrier) {
    return parts.isEmpty()
        ? Stream.of(text(carrier))
        : parts.stream().map(part -> part.text(carrier));
  }

  private String text(Carrier carrier) {
    // All carriers but one speak the same protocol.
    return texts.computeIfAbsent(carrier.tcp() ? carrier : Carrier.WEB_SOCKET, written);
  }

  /** What goes over the connection; the caller gets a reference of its own. */
  ByteBuf bytes(Carrier carrier) {
    return bytes.computeIfAbsent(carrier, this::encode).retainedDuplicate();
  }

  private ByteBuf encode(Carrier carrier) {
    if (!parts.isEmpty()) {
      List<ByteBuf> pieces = parts.stream().map(part -> part.encode(carrier)).toList();
      ByteBuf all = MEMORY.buffer(pieces.stream().mapToInt(ByteBuf::readableBytes).sum());
      for (ByteBuf piece : pieces) {
        all.writeBytes(piece);
        piece.release();
      }
      return all;
    }
    String text = text(carrier);
    return switch (carrier) {
      case WEB_SOCKET, SOCK_JS -> webSocket(TEXT, text);
      case BINARY_WEB_SOCKET -> webSocket(BINARY, text);
      case FRAMED_WEB_SOCKET -> webSocket(TEXT, "a" + new JsonArray().add(text).encode());
      case TCP -> {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        yield MEMORY.buffer(4 + payload.length).writeInt(payload.length).writeBytes(payload);
      }
    };
  }

  /** A text message of a server. */
  static ByteBuf webSocket(String text) {
    return webSocket(TEXT, text);
  }

  /** A message of a server (RFC 6455, 5.2), in as many frames as it needs. */
  private static ByteBuf webSocket(int opcode, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    int frames = Math.max(1, (payload.length + MAX_FRAGMENT - 1) / MAX_FRAGMENT);
    ByteBuf out = MEMORY.buffer(payload.length + 10 * frames);
    for (int frame = 0; frame < frames; frame++) {
      int from = frame * MAX_FRAGMENT;
      int length = Math.min(MAX_FRAGMENT, payload.length - from);
      out.writeByte((frame == 0 ? opcode : 0) | (frame == frames - 1 ? LAST : 0));
      if (length < 126) {
        out.writeByte(length);
      } else if (length < 65_536) {
        out.writeByte(126).writeShort(length);
      } else {
        out.writeByte(127).writeLong(length);
      }
      out.writeBytes(payload, from, length);
    }
    return out;
  }

  /** The close frame of a WebSocket (RFC 6455, 5.5.1); the reason is short and ASCII. */
  static ByteBuf closing(int code, String reason) {
    byte[] words = reason.getBytes(StandardCharsets.US_ASCII);
    return MEMORY
        .buffer(4 + words.length)
        .writeByte(LAST | CLOSE)
        .writeByte(2 + words.length)
        .writeShort(code)
        .writeBytes(words);
  }

  @Override
  public void close() {
    bytes.values().forEach(ByteBuf::release);
    bytes.clear();
    parts.forEach(Outgoing::close);
  }
}
