package dev.why502.matrix;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes messages to a file as rsyslog does: without the priority, with the host's name put in. */
final class Syslog implements AutoCloseable {
  private static final int MAX_MESSAGE = 16 * 1024;

  /** Length of "Jan 1 00:00:00". */
  private static final int TIME = 15;

  private final DatagramSocket socket;
  private final Path file;
  private volatile boolean writes = true;

  private Syslog(DatagramSocket socket, Path file) {
    this.socket = socket;
    this.file = file;
  }

  static Syslog start(int port, Path file) throws IOException {
    Files.createFile(file);
    Syslog syslog = new Syslog(new DatagramSocket(new InetSocketAddress("127.0.0.1", port)), file);
    Thread thread = new Thread(syslog::serve, "syslog");
    thread.setDaemon(true);
    thread.start();
    return syslog;
  }

  /** What comes from now on is not kept. */
  void mute() {
    writes = false;
  }

  private void serve() {
    byte[] buffer = new byte[MAX_MESSAGE];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        String text =
            new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8).stripTrailing();
        text = text.substring(text.indexOf('>') + 1);
        if (writes && text.length() > TIME) {
          Files.writeString(
              file,
              text.substring(0, TIME) + " web1" + text.substring(TIME) + "\n",
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        }
      } catch (IOException ended) {
        // A closed socket ends the loop.
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
