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

  static final long LOOK_MILLIS = 500;

  private final Channel channel;

  /** The least that has waited since the viewer last took something. */
  private long least;

  private long movedNanos;
  private long lookedNanos;

  Outflow(Channel channel, long nowNanos) {
    this.channel = channel;
    this.movedNanos = nowNanos;
    this.lookedNanos = nowNanos;
  }

  /** Takes the bytes over. */
  void write(ByteBuf bytes) {
    least += bytes.readableBytes();
    // From the head of the pipeline: the handlers before it have nothing to do with bytes of ours.
    // It fails only where the connection has gone, and then nobody is left to be told.
    var unused =
        channel.pipeline().firstContext().writeAndFlush(bytes, channel.unsafe().voidPromise());
  }

  boolean tooFarBehind() {
    return waiting() > MAX_BEHIND;
  }

  /**
   * Whether nothing of what waits was taken for too long. To be asked each {@link #LOOK_MILLIS}:
   * while our own loop stood still nobody could take anything.
   */
  boolean stalled(long nowNanos) {
    movedNanos += Math.max(0, nowNanos - lookedNanos - LOOK_MILLIS * 1_000_000);
    lookedNanos = nowNanos;
    long waits = waiting();
    if (waits == 0 || waits < least) {
      least = waits;
      movedNanos = nowNanos;
    }
    return nowNanos - movedNanos > MAX_STALL_NANOS;
  }

  long waiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }
}
