package dev.why502.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A service on a raw socket, well or failing in one manner, which may change while it runs. */
final class RealSiteService implements AutoCloseable {
  private static final int MAX_HEAD = 16 * 1024;

  private final InetSocketAddress address;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Manner manner;
  private volatile ServerSocket listener;

  private RealSiteService(InetSocketAddress address, Manner manner) throws IOException {
    this.address = address;
    this.manner = manner;
    this.listener = bound(address);
  }

  /** How a connection is met. */
  interface Manner {
    void meet(Meeting meeting) throws IOException, InterruptedException;
  }

  /** One accepted connection. */
  record Meeting(Socket socket, CountDownLatch closed) {
    /** The first line and header of a request, or an empty text. */
    String head() throws IOException {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.length() < MAX_HEAD) {
        int one = in.read();
        if (one < 0) {
          return "";
        }
        head.append((char) one);
        if (one == '\n' && head.toString().endsWith("\r\n\r\n")) {
          break;
        }
      }
      return head.toString();
    }

    void send(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  static String response(int status, String body) {
    return "HTTP/1.1 %d Said\r\nServer: service/1\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }

  /** Answers by path: a status, or 0 for a path that it does not have. */
  static Manner statuses(Function<String, Integer> byPath) {
    return meeting -> {
      String[] words = meeting.head().split(" ", 3);
      if (words.length == 3) {
        int status = byPath.apply(words[1]);
        meeting.send(
            status == 0
                ? response(404, "{\"detail\":\"Not Found\"}")
                : response(status, "{\"path\":\"a resource\"}"));
      }
    };
  }

  static Manner answers(int status) {
    return statuses(path -> status);
  }

  /** Has nothing but what lies below a path. */
  static Manner below(String prefix) {
    return statuses(path -> path.startsWith(prefix) ? 200 : 0);
  }

  static Manner later(long millis, Manner then) {
    return meeting -> {
      if (!meeting.closed().await(millis, TimeUnit.MILLISECONDS)) {
        then.meet(meeting);
      }
    };
  }

  static Manner hangs() {
    return meeting -> meeting.closed().await();
  }

  /** Whatever it is told first, TLS included, it hangs up. */
  static Manner closes() {
    return meeting -> meeting.socket().getInputStream().read(new byte[MAX_HEAD]);
  }

  static Manner says(String text) {
    return meeting -> {
      meeting.head();
      meeting.send(text);
    };
  }

  static RealSiteService start(String host, int port, Manner manner) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
    RealSiteService service = new RealSiteService(address, manner);
    service.accept();
    return service;
  }

  int port() {
    return address.getPort();
  }

  void become(Manner other) {
    manner = other;
  }

  /** Listens no more; connections that are open stay so. */
  void deafen() throws IOException {
    listener.close();
  }

  void listenAgain() throws IOException {
    if (listener.isClosed()) {
      listener = bound(address);
      accept();
    }
  }

  private static ServerSocket bound(InetSocketAddress address) throws IOException {
    ServerSocket opened = new ServerSocket();
    opened.setReuseAddress(true);
    opened.bind(address, 256);
    return opened;
  }

  private void accept() {
    ServerSocket from = listener;
    daemon(() -> accept(from));
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket socket = from.accept();
        connections.add(socket);
        daemon(() -> meet(socket));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void meet(Socket socket) {
    try (socket) {
      manner.meet(new Meeting(socket, closed));
    } catch (IOException gone) {
      // The other side went away: that is its own affair.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(socket);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "service");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
