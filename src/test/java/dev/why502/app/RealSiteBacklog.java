package dev.why502.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port that listens, whose program accepts nobody, and whose queue is full. */
final class RealSiteBacklog implements AutoCloseable {
  private static final int MAX_WAITING = 16;
  private static final int CONNECT_MILLIS = 300;

  private final ServerSocket listener;
  private final List<Socket> waiting = new ArrayList<>();

  private RealSiteBacklog(ServerSocket listener) {
    this.listener = listener;
  }

  static RealSiteBacklog fill(int port) throws IOException {
    ServerSocket listener = new ServerSocket(port, 1, RealSite.LOOPBACK);
    RealSiteBacklog backlog = new RealSiteBacklog(listener);
    while (backlog.waiting.size() < MAX_WAITING) {
      Socket socket = new Socket();
      backlog.waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress(RealSite.LOOPBACK, port), CONNECT_MILLIS);
      } catch (SocketTimeoutException full) {
        return backlog;
      }
    }
    backlog.close();
    throw new AssertionError("the queue never fills");
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : waiting) {
      socket.close();
    }
  }
}
