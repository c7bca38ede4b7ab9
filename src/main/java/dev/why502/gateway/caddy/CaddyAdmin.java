package dev.why502.gateway.caddy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks Caddy's admin API, with GET and never anything else: what it answers to other methods
 * changes it. Blocks for half a second at most; belongs on a worker.
 */
final class CaddyAdmin {
  static final long TIMEOUT_MILLIS = 500;
  static final int MAX_BYTES = 1024 * 1024;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final SocketAddress address;
  private final String host;

  private CaddyAdmin(SocketAddress address, String host) {
    this.address = address;
    this.host = host;
  }

  /**
   * The API at an address.
   *
   * @param written {@code http://127.0.0.1:2019}, {@code localhost:2019}, {@code unix:/path} or
   *     {@code unix//path}
   * @return null for what is no address that can be asked
   */
  static @Nullable CaddyAdmin at(String written) {
    String rest = written.startsWith("http://") ? written.substring(7) : written;
    if (rest.startsWith("https://")) {
      return null;
    }
    try {
      if (rest.startsWith("unix:") || rest.startsWith("unix/") || rest.startsWith("/")) {
        String path = rest.startsWith("/") ? rest : rest.substring(5);
        int mode = path.indexOf('|');
        // At a socket Caddy takes no name but the empty one.
        return new CaddyAdmin(
            UnixDomainSocketAddress.of(mode < 0 ? path : path.substring(0, mode)), "");
      }
      int slash = rest.indexOf('/');
      CaddyDial dial = CaddyDial.parse(slash < 0 ? rest : rest.substring(0, slash));
      if (dial == null) {
        return null;
      }
      String name = dial.name();
      InetAddress ip =
          InetAddress.getByName(
              name == null
                  ? CaddyAddress.HostPort.split(String.valueOf(dial.address())).host()
                  : name.equals("localhost") ? "127.0.0.1" : name);
      return new CaddyAdmin(
          new InetSocketAddress(ip, dial.port()), (name == null ? dial.address() : rest) + "");
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** The body of a 200 answer; null for everything else. */
  @Nullable String get(String path) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    boolean unix = address instanceof UnixDomainSocketAddress;
    try (SocketChannel channel =
            unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(address)) {
        while (!channel.finishConnect()) {
          if (!ready(selector, deadline)) {
            return null;
          }
        }
      }
      // HTTP/1.0: then the answer comes unchunked and ends with the connection.
      String request = "GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n";
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
      key.interestOps(SelectionKey.OP_WRITE);
      while (out.hasRemaining()) {
        if (channel.write(out) == 0 && !ready(selector, deadline)) {
          return null;
        }
      }
      key.interestOps(SelectionKey.OP_READ);
      return body(answer(channel, selector, deadline));
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean ready(Selector selector, long deadline) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      return false;
    }
    selector.select(left);
    selector.selectedKeys().clear();
    return true;
  }

  /** Null when it does not end in time, or is too long. */
  private static @Nullable String answer(SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (true) {
      int read = channel.read(buffer);
      if (read < 0) {
        return all.toString(StandardCharsets.UTF_8);
      }
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
      if (all.size() > MAX_BYTES || (read == 0 && !ready(selector, deadline))) {
        return null;
      }
    }
  }

  private static @Nullable String body(@Nullable String answer) {
    if (answer == null) {
      return null;
    }
    int end = answer.indexOf("\r\n\r\n");
    boolean good = end > 0 && answer.startsWith("HTTP/1.") && answer.startsWith("200", 9);
    return good ? answer.substring(end + 4) : null;
  }
}
