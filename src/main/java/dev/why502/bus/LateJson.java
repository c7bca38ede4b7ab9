package dev.why502.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/**
 * A body that becomes JSON when somebody receives it. Observations are published a thousand a
 * second and mostly heard by nobody: the bus knows who listens, and asks its codec only then.
 */
record LateJson(Supplier<JsonObject> body) {
  static final String CODEC = "why502.late-json";

  /** Who receives it sees a {@link JsonObject}, on this node and on others. */
  static final class Codec implements MessageCodec<LateJson, JsonObject> {
    @Override
    public void encodeToWire(Buffer buffer, LateJson late) {
      Buffer text = late.body().get().toBuffer();
      buffer.appendInt(text.length()).appendBuffer(text);
    }

    @Override
    public JsonObject decodeFromWire(int position, Buffer buffer) {
      int begin = position + Integer.BYTES;
      return new JsonObject(buffer.slice(begin, begin + buffer.getInt(position)));
    }

    @Override
    public JsonObject transform(LateJson late) {
      return late.body().get();
    }

    @Override
    public String name() {
      return CODEC;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
