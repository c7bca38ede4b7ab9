package dev.why502.probe;

import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A DNS server on loopback that answers by the first label of the name. */
final class DnsStub implements AutoCloseable {
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int CNAME = 5;

  private final DatagramSocket socket;
  final AtomicInteger queries = new AtomicInteger();

  DnsStub() {
    try {
      socket = new DatagramSocket(0, NetUtil.LOCALHOST4);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Thread thread = new Thread(this::serve);
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
  }

  @Override
  public void close() {
    socket.close();
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (true) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        queries.incrementAndGet();
        byte[] answer = answer(buffer, packet.getLength());
        if (answer != null) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private static byte @Nullable [] answer(byte[] query, int length) throws IOException {
    int end = 12;
    while (query[end] != 0) {
      end += query[end] + 1;
    }
    int type = (query[end + 1] & 0xff) << 8 | (query[end + 2] & 0xff);
    String first = new String(query, 13, query[12], java.nio.charset.StandardCharsets.US_ASCII);
    List<byte[]> data = List.of();
    int recordType = type;
    int code = 0;
    switch (first) {
      case "both" -> data = List.of(address(type));
      case "four" -> data = type == A ? List.of(address(type)) : List.of();
      case "half" -> {
        if (type == AAAA) {
          return null;
        }
        data = List.of(address(type));
      }
      case "alias" -> {
        data = type == A ? List.of(new byte[] {1, 'x', 0}, address(type)) : List.of();
        recordType = CNAME;
      }
      case "nxdomain" -> code = 3;
      case "servfail" -> code = 2;
      case "refused" -> code = 5;
      case "silent" -> {
        return null;
      }
      default -> {}
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    out.writeShort(0x8180 | code);
    out.writeShort(1);
    out.writeShort(data.size());
    out.writeInt(0);
    out.write(query, 12, end + 5 - 12);
    for (byte[] one : data) {
      out.writeShort(0xc00c);
      out.writeShort(recordType);
      out.writeShort(1);
      out.writeInt(3600);
      out.writeShort(one.length);
      out.write(one);
      recordType = type;
    }
    if (length < 12) {
      return null;
    }
    return bytes.toByteArray();
  }

  private static byte[] address(int type) {
    return (type == A ? NetUtil.LOCALHOST4 : NetUtil.LOCALHOST6).getAddress();
  }
}
