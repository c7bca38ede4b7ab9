package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Who wants to stop is not held up. */
class StopTest {
  private static final int REQUESTS = 400;

  @Test
  void peerThatDoesNotReadDoesNotHoldUpTheEnd() throws Exception {
    // Given
    Service service = Service.start();
    try (Socket mute = new Socket()) {
      mute.setReceiveBufferSize(4_096);
      mute.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
      String request = "GET /why502.js HTTP/1.1\r\nHost: localhost\r\n\r\n";
      mute.getOutputStream().write(request.repeat(REQUESTS).getBytes(StandardCharsets.US_ASCII));
      mute.getInputStream().read();

      // Then
      assertDoesNotThrow(service::close);
    }
  }
}
