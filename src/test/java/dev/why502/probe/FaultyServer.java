package dev.why502.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Does on purpose what broken services do. Each connection is served on a thread of its own. */
final class FaultyServer implements AutoCloseable {
  /** What is done with one accepted connection. */
  interface Manner {
    void serve(Peer peer) throws Exception;
  }

  private final ServerSocket listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  final Queue<String> requests = new ConcurrentLinkedQueue<>();
  final AtomicInteger accepted = new AtomicInteger();

  FaultyServer(Manner manner) {
    this(manner, "127.0.0.1", 0);
  }

  FaultyServer(Manner manner, String address, int port) {
    try {
      listener = new ServerSocket(port, 50, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    thread(
        () -> {
          while (true) {
            Socket socket = listener.accept();
            accepted.incrementAndGet();
            sockets.add(socket);
            thread(
                () -> {
                  try (socket) {
                    manner.serve(new Peer(socket));
                  }
                });
          }
        });
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                // The prober went away, which is what it should do.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** One connection, from the server's side. */
  final class Peer {
    final Socket socket;

    Peer(Socket socket) {
      this.socket = socket;
    }

    /** Reads up to the blank line that ends a request's head. */
    String request() throws IOException {
      StringBuilder head = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          throw new SocketException("no request");
        }
        head.append((char) b);
      }
      requests.add(head.toString());
      return head.toString();
    }

    Peer send(String text) throws IOException {
      return send(text.getBytes(ISO_8859_1));
    }

    Peer send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    }

    /** Sends again and again, with a pause between, until the prober is gone. */
    void sendForEver(String text, long pauseMillis) throws Exception {
      while (!pause(pauseMillis)) {
        send(text);
      }
    }

    /** True when the server is closing. */
    boolean pause(long millis) throws InterruptedException {
      return closing.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Keeps the connection open and says nothing. */
    void hang() throws InterruptedException {
      closing.await();
    }

    Queue<String> requests() {
      return requests;
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
