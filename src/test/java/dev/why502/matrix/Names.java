package dev.why502.matrix;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sandbox's name server: addresses that change, and NXDOMAIN for all else (RFC 1035). */
final class Names implements AutoCloseable {
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;

  private final DatagramSocket socket;
  private final Map<String, String> addresses = new ConcurrentHashMap<>();

  private Names(DatagramSocket socket) {
    this.socket = socket;
  }

  static Names start() throws IOException {
    Names names = new Names(new DatagramSocket(new InetSocketAddress("127.0.0.1", 53)));
    Thread thread = new Thread(names::serve, "names");
    thread.setDaemon(true);
    thread.start();
    return names;
  }

  void put(String name, String address) {
    addresses.put(name, address);
  }

  private void serve() {
    byte[] buffer = new byte[1024];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] reply = reply(Arrays.copyOf(buffer, packet.getLength()));
        if (reply != null) {
          socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      } catch (IOException ended) {
        // A closed socket ends the loop; a peer that is gone does not matter.
      }
    }
  }

  private byte @Nullable [] reply(byte[] query) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (at < query.length && query[at] != 0) {
      name.append(name.isEmpty() ? "" : ".");
      name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
      at += 1 + query[at];
    }
    int end = at + 5;
    if (end > query.length) {
      return null;
    }
    int type = query[at + 2];
    String address = addresses.get(name.toString().toLowerCase(Locale.ROOT));
    boolean answers = address != null && type == TYPE_A;
    ByteBuffer reply = ByteBuffer.allocate(end + (answers ? 16 : 0));
    reply.put(query, 0, 2).put((byte) 0x81).put((byte) (address == null ? 0x83 : 0x80));
    reply.putShort((short) 1).putShort((short) (answers ? 1 : 0)).putInt(0);
    reply.put(query, HEADER, end - HEADER);
    if (answers) {
      reply.putShort((short) 0xc00c).putShort((short) TYPE_A).putShort((short) 1).putInt(1);
      reply.putShort((short) 4).put(InetAddress.getByName(address).getAddress());
    }
    return reply.array();
  }

  @Override
  public void close() {
    socket.close();
  }
}
