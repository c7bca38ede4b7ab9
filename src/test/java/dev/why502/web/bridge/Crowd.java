package dev.why502.web.bridge;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Many viewers on bare WebSockets that cost little: one thread reads for all of them into one
 * buffer, and of each message it looks at nothing but the number at its end.
 */
final class Crowd implements AutoCloseable {
  /** Of a latency, in tenths of a millisecond. */
  private static final int BUCKETS = 100_000;

  private static final int STUCK_BUFFER = 64 * 1024;

  private final Selector selector;
  private final List<Member> members = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(256 * 1024);
  private final AtomicLongArray sentNanos;
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);
  private final Thread reader = new Thread(this::read, "crowd");
  private volatile boolean stopped;

  /**
   * @param sentNanos when the message of each number was published
   */
  Crowd(AtomicLongArray sentNanos) {
    this.sentNanos = sentNanos;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some more viewers that listen at the address. */
  Crowd join(int port, int count, String address) {
    for (int i = 0; i < count; i++) {
      SocketChannel channel = handshake(port, address, 0);
      try {
        channel.configureBlocking(false);
        Member member = new Member(channel);
        channel.register(selector, SelectionKey.OP_READ, member);
        members.add(member);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  /** A viewer that has registered and reads no more. */
  static SocketChannel stuck(int port, String address) {
    return handshake(port, address, STUCK_BUFFER);
  }

  private static SocketChannel handshake(int port, String address, int buffer) {
    try {
      SocketChannel channel = SocketChannel.open();
      if (buffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, buffer);
      }
      channel.connect(new InetSocketAddress("127.0.0.1", port));
      String head =
          "GET /eventbus/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer one = ByteBuffer.allocate(1);
      for (int matched = 0; matched < 4; ) {
        one.clear();
        if (channel.read(one) < 0) {
          throw new AssertionError("the handshake was refused");
        }
        byte next = one.get(0);
        matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
      }
      channel.write(
          masked(new JsonObject().put("type", "register").put("address", address).encode()));
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A short text frame of a client (RFC 6455, 5.2) with an all-zero mask. */
  private static ByteBuffer masked(String text) {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
    frame.put((byte) 0x81).put((byte) (0x80 | payload.length)).putInt(0).put(payload);
    return frame.flip();
  }

  Crowd start() {
    reader.setDaemon(true);
    reader.start();
    return this;
  }

  private void read() {
    try {
      while (!stopped) {
        selector.select(
            key -> {
              try {
                ((Member) key.attachment()).read();
              } catch (IOException gone) {
                key.cancel();
                ended.incrementAndGet();
              }
            },
            100);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins to measure anew; how many had been received. */
  long forget() {
    for (int i = 0; i < BUCKETS; i++) {
      latencies.set(i, 0);
    }
    return received.getAndSet(0);
  }

  long received() {
    return received.get();
  }

  /** Numbers that were missing in somebody's row. */
  int lost() {
    return lost.get();
  }

  /** Viewers whose connection has ended. */
  int ended() {
    return ended.get();
  }

  /** The latency below which so many of a thousand messages stayed, in milliseconds. */
  double latencyMillis(int perMille) {
    long all = 0;
    for (int i = 0; i < BUCKETS; i++) {
      all += latencies.get(i);
    }
    long below = 0;
    for (int i = 0; i < BUCKETS; i++) {
      below += latencies.get(i);
      if (below * 1000 >= all * perMille) {
        return (i + 1) / 10.0;
      }
    }
    return Double.MAX_VALUE;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      reader.join(5_000);
      for (Member member : members) {
        member.channel.close();
      }
      selector.close();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Walks through the frames that come, whatever pieces they come in. */
  private final class Member {
    /** What a message ends with: {@code "seq":42,"node":"web-1"}}}. */
    private static final int TAIL = 48;

    private final SocketChannel channel;
    private final byte[] tail = new byte[TAIL];
    private int tailLength;
    private int headerLeft = 2;
    private long header;
    private int opcode;
    private long payloadLeft;
    private long last = -1;

    Member(SocketChannel channel) {
      this.channel = channel;
    }

    void read() throws IOException {
      bytes.clear();
      if (channel.read(bytes) < 0) {
        throw new IOException("ended");
      }
      bytes.flip();
      long now = System.nanoTime();
      while (bytes.hasRemaining()) {
        if (headerLeft > 0) {
          header(bytes.get() & 0xff);
        } else {
          int take = (int) Math.min(payloadLeft, bytes.remaining());
          keep(take);
          payloadLeft -= take;
        }
        if (headerLeft == 0 && payloadLeft == 0) {
          if ((opcode & 0x8f) == 0x81) {
            message(now);
          }
          headerLeft = 2;
          header = 0;
          opcode = 0;
          tailLength = 0;
        }
      }
    }

    private void header(int next) {
      header = header << 8 | next;
      headerLeft--;
      if (headerLeft == 0 && opcode == 0) {
        opcode = (int) (header >> 8);
        int length = (int) (header & 0x7f);
        header = 0;
        headerLeft = length == 126 ? 2 : length == 127 ? 8 : 0;
        payloadLeft = length;
      } else if (headerLeft == 0) {
        payloadLeft = header;
      }
    }

    private void keep(int take) {
      int start = bytes.position();
      int kept = Math.min(take, TAIL);
      int room = TAIL - kept;
      if (tailLength > room) {
        System.arraycopy(tail, tailLength - room, tail, 0, room);
        tailLength = room;
      }
      bytes.position(start + take - kept);
      bytes.get(tail, tailLength, kept);
      tailLength += kept;
    }

    private void message(long now) {
      String end = new String(tail, 0, tailLength, StandardCharsets.US_ASCII);
      int at = end.lastIndexOf("\"seq\":") + 6;
      long number = Long.parseLong(end.substring(at, end.indexOf(',', at)));
      if (last >= 0 && number != last + 1) {
        lost.incrementAndGet();
      }
      last = number;
      received.incrementAndGet();
      long tenths = (now - sentNanos.get((int) number)) / 100_000;
      latencies.incrementAndGet((int) Math.min(BUCKETS - 1, Math.max(0, tenths)));
    }
  }
}
