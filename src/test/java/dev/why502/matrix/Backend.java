package dev.why502.matrix;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A service on a socket, well or failing in one manner, which may change while it runs. */
final class Backend implements AutoCloseable {
  private static final int QUEUE = 128;
  private static final int QUIET_MILLIS = 30_000;

  /** How a connection is met. */
  interface Manner {
    void meet(Connection connection) throws IOException, InterruptedException;
  }

  private final AutoCloseable listener;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final @Nullable SSLContext tls;
  private volatile Manner manner;

  private Backend(AutoCloseable listener, @Nullable SSLContext tls, Manner manner) {
    this.listener = listener;
    this.tls = tls;
    this.manner = manner;
  }

  static Backend start(String host, int port, @Nullable SSLContext tls, Manner manner)
      throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), QUEUE);
    Backend backend = new Backend(socket, tls, manner);
    daemon(() -> backend.accept(socket));
    return backend;
  }

  static Backend start(Path path, Manner manner) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    Backend backend = new Backend(channel, null, manner);
    daemon(() -> backend.accept(channel));
    return backend;
  }

  void become(Manner other) {
    manner = other;
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket one = socket.accept();
        one.setSoTimeout(QUIET_MILLIS);
        open.add(one);
        daemon(() -> meet(one));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void accept(ServerSocketChannel channel) {
    while (channel.isOpen()) {
      try {
        SocketChannel one = channel.accept();
        open.add(one);
        daemon(
            () ->
                meet(
                    one,
                    new Connection(
                        Channels.newInputStream(one),
                        Channels.newOutputStream(one),
                        null,
                        closed)));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void meet(Socket plain) {
    try {
      Socket socket = plain;
      if (tls != null) {
        SSLSocket wrapped =
            (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        wrapped.setUseClientMode(false);
        wrapped.startHandshake();
        socket = wrapped;
      }
      meet(
          socket, new Connection(socket.getInputStream(), socket.getOutputStream(), plain, closed));
    } catch (IOException unwilling) {
      quietly(plain);
    }
    open.remove(plain);
  }

  private void meet(AutoCloseable socket, Connection connection) {
    try {
      manner.meet(connection);
    } catch (IOException gone) {
      // The other side went away: that is its own affair.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      quietly(socket);
      open.remove(socket);
    }
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception gone) {
      // It is gone, which was wanted.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "service");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    quietly(listener);
    open.forEach(Backend::quietly);
  }
}
