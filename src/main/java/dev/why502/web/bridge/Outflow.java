package dev.why502.web.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The way out of a connection. Bytes are handed over as they are, past the queue of Vert.x: that
 * one has no end, and it would copy the bytes for each viewer. Belongs to the channel's event loop.
 */
final class Outflow {
  /** What may wait for a viewer that does not read, in bytes. */
  static final int MAX_BEHIND = 1024 * 1024;

  /** How long a viewer may take nothing of what waits for it. */
  static final long MAX_STALL_NANOS = 2_000_000_000L;

  private final Channel channel;

  /** The least that has waited since the viewer last took something. */
  private long least;

  private long movedNanos;

  Outflow(Channel channel, long nowNanos) {
    this.channel = channel;
    this.movedNanos = nowNanos;
  }

  /** Takes the bytes over; they leave with the next {@link #flush()}. */
  void write(ByteBuf bytes) {
    least += bytes.readableBytes();
    // Fails only where the connection has gone, and then nobody is left to be told.
    var unused = channel.write(bytes);
  }

  void flush() {
    channel.flush();
  }

  boolean tooFarBehind() {
    return waiting() > MAX_BEHIND;
  }

  /** Whether nothing of what waits was taken for too long. */
  boolean stalled(long nowNanos) {
    long waits = waiting();
    if (waits == 0 || waits < least) {
      least = waits;
      movedNanos = nowNanos;
    }
    return nowNanos - movedNanos > MAX_STALL_NANOS;
  }

  private long waiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }
}
