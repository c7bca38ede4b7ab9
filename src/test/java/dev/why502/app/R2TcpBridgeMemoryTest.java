package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** R2: whoever announces much and sends much over the TCP bridge gets no memory for it. */
@Timeout(120)
class R2TcpBridgeMemoryTest {
  private static final int SOCKETS = 50;
  private static final int SENT = 20 * 1024 * 1024;
  private static final Pattern PORT = Pattern.compile("TCP event-bus bridge on \\S+ port ([0-9]+)");
  private static final Pattern RUNS =
      Pattern.compile("^why502_probe_runs_total\\{.*\\} (\\S+)$", Pattern.MULTILINE);

  @TempDir private Path directory;

  @Test
  void announcedGigabytesTakeNoHeapAndNoRounds() throws Exception {
    // Given
    try (ServerSocket target = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        ServiceProcess service =
            ServiceProcess.startIn(
                // Of all places where a JVM reads options, the one that wins.
                List.of("env", "_JAVA_OPTIONS=-Xmx128m"),
                Files.writeString(directory.resolve("probes.json"), definitions(target)),
                "--tcp-bridge-port",
                "0")) {
      service.untilStatus(20_000, "/health/ready", 200);
      Matcher told = PORT.matcher(service.log());
      assertTrue(told.find(), service.log());
      int port = Integer.parseInt(told.group(1));
      long heapBefore = heap(service);
      double runsBefore = runs(service);
      long began = System.nanoTime();
      // When
      int refused = 0;
      for (int i = 0; i < SOCKETS; i++) {
        refused += announce(port) ? 1 : 0;
      }
      double runs = runs(service) - runsBefore;
      double seconds = (System.nanoTime() - began) / 1e9;
      long rise = heap(service) - heapBefore;
      // Then
      System.out.printf(
          Locale.ROOT,
          "R2: -Xmx128m, %d sockets announce 2 GiB and send up to 20 MiB: %d got their error frame,"
              + " heap %+d kB, %.0f runs of 2 probes each second in %.1f s%n",
          SOCKETS,
          refused,
          rise / 1024,
          runs,
          seconds);
      assertEquals(SOCKETS, refused);
      assertTrue(rise < 16 * 1024 * 1024, "the heap rose by " + rise);
      assertTrue(runs >= 2 * Math.floor(seconds) - 2, runs + " runs in " + seconds + " s");
      assertEquals(200, service.get("/health/live").statusCode());
    }
  }

  private static String definitions(ServerSocket target) {
    String probe =
        "{\"id\": \"p%d\", \"target\": \"tcp://127.0.0.1:" + target.getLocalPort() + "\"}";
    return "{\"defaults\": {\"interval\": \"1s\"}, \"probes\": ["
        + String.format(Locale.ROOT, probe, 0)
        + ","
        + String.format(Locale.ROOT, probe, 1)
        + "]}";
  }

  /** Whether the error frame came, however much was sent before it could be read. */
  private static boolean announce(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
      byte[] chunk = new byte[64 * 1024];
      try {
        for (int sent = 0; sent < SENT; sent += chunk.length) {
          out.write(chunk);
        }
      } catch (IOException cut) {
        // It need not take all of it.
        assertTrue(String.valueOf(cut.getMessage()).length() > 0);
      }
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String frame = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      return frame.equals("{\"type\":\"err\",\"message\":\"frame_too_long\"}");
    }
  }

  private static double runs(ServiceProcess service) throws Exception {
    Matcher found = RUNS.matcher(service.get("/metrics").body());
    double sum = 0;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
    }
    return sum;
  }

  /** Bytes of all live objects. */
  private static long heap(ServiceProcess service) throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String histogram = ServiceProcess.run(jcmd, Long.toString(service.pid()), "GC.class_histogram");
    Matcher total =
        Pattern.compile("^Total\\s+[0-9]+\\s+([0-9]+)", Pattern.MULTILINE).matcher(histogram);
    assertTrue(total.find(), histogram);
    return Long.parseLong(total.group(1));
  }
}
