package dev.why502.probe;

import io.vertx.core.transport.Transport;

/** Which transport a test runs on besides the JDK's. */
final class TransportsForTests {
  private TransportsForTests() {}

  /** Epoll where it is there; the JDK's otherwise, and that is said aloud. */
  static Transport best() {
    if (Transport.EPOLL != null && Transport.EPOLL.available()) {
      return Transport.EPOLL;
    }
    System.out.println("epoll is not available here: the JDK's transport is tested twice");
    return Transport.NIO;
  }
}
