package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port of the TCP bridge, as {@code run} is told of it. */
@Timeout(60)
class TcpBridgePortTest {
  private static final Pattern TOLD =
      Pattern.compile("TCP event-bus bridge on 127\\.0\\.0\\.1, port ([0-9]+)");

  @TempDir private Path directory;

  @Test
  void bridgeIsBoundWhenTheServiceIsReady() throws Exception {
    // Given
    Path definitions = Files.writeString(directory.resolve("probes.json"), "{\"probes\": []}");
    byte[] ping = "\0\0\0\u000f{\"type\":\"ping\"}".getBytes(StandardCharsets.ISO_8859_1);
    // When
    try (ServiceProcess service = ServiceProcess.start(definitions, "--tcp-bridge-port", "0")) {
      Matcher told = TOLD.matcher(service.log());
      assertTrue(told.find(), service.log());
      int port = Integer.parseInt(told.group(1));
      // Then
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(ping);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertEquals(
            "{\"type\":\"pong\"}", new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void portThatIsTakenEndsTheStart() throws Exception {
    // Given
    Path definitions = Files.writeString(directory.resolve("probes.json"), "{\"probes\": []}");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      CommandRun run =
          CommandRun.of(
              "run",
              "--port",
              "0",
              "--definitions",
              definitions.toString(),
              "--tcp-bridge-port",
              String.valueOf(taken.getLocalPort()));
      // Then
      assertEquals(1, run.status(), run.err());
      assertTrue(run.err().contains("could not start"), run.err());
    }
  }

  @Test
  void numberThatIsNoPortIsRefused() throws Exception {
    // Given
    String[] arguments = {"run", "--tcp-bridge-port", "70000"};
    // When
    CommandRun run = CommandRun.of(arguments);
    // Then
    assertEquals(2, run.status());
    assertTrue(run.err().contains("no such port for the TCP bridge: 70000"), run.err());
  }
}
