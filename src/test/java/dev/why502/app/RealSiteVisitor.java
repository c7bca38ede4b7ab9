package dev.why502.app;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Somebody who asks for the same thing again and again. */
final class RealSiteVisitor implements AutoCloseable {
  private static final int BETWEEN_MILLIS = 20;

  private final CountDownLatch gone = new CountDownLatch(1);
  private final Semaphore visits = new Semaphore(0);
  private final Thread thread;

  private RealSiteVisitor(int port, String host, String path) {
    String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    thread = new Thread(() -> visit(port, request), "visitor");
    thread.setDaemon(true);
  }

  static RealSiteVisitor of(int port, String host, String path) {
    RealSiteVisitor visitor = new RealSiteVisitor(port, host, path);
    visitor.thread.start();
    return visitor;
  }

  private void visit(int port, String request) {
    try {
      while (!gone.await(BETWEEN_MILLIS, TimeUnit.MILLISECONDS)) {
        try (Socket socket = new Socket(RealSite.LOOPBACK, port)) {
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          socket.getInputStream().readNBytes(64 * 1024);
        } catch (IOException failed) {
          // A visitor tries again.
        }
        visits.release();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for so many visits. */
  void visited(int count) {
    visits.acquireUninterruptibly(count);
  }

  @Override
  public void close() {
    gone.countDown();
    try {
      thread.join(5000);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
