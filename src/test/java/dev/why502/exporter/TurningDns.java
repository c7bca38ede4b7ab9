package dev.why502.exporter;

import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A DNS server on loopback whose answers may turn from one query to the next. */
final class TurningDns implements AutoCloseable {
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NXDOMAIN = 3;

  private final DatagramSocket socket;

  /** Addresses of a name; empty where there is none. Of the family asked for, those are told. */
  volatile Function<String, List<String>> answers = name -> List.of();

  final AtomicInteger queries = new AtomicInteger();

  TurningDns() {
    try {
      socket = new DatagramSocket(0, NetUtil.LOCALHOST4);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Thread thread = new Thread(this::serve, "turning dns");
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
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        queries.incrementAndGet();
        byte[] answer = answer(buffer);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        return;
      }
    }
  }

  private byte[] answer(byte[] query) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = 12;
    while (query[at] != 0) {
      name.append(name.length() == 0 ? "" : ".");
      name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
      at += query[at] + 1;
    }
    int type = (query[at + 1] & 0xff) << 8 | (query[at + 2] & 0xff);
    List<byte[]> all =
        answers.apply(name.toString()).stream()
            .map(NetUtil::createByteArrayFromIpAddressString)
            .toList();
    List<byte[]> data = all.stream().filter(one -> type == (one.length == 4 ? A : AAAA)).toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    out.writeShort(0x8180 | (all.isEmpty() ? NXDOMAIN : 0));
    out.writeShort(1);
    out.writeShort(data.size());
    out.writeInt(0);
    out.write(query, 12, at + 5 - 12);
    for (byte[] one : data) {
      out.writeShort(0xc00c);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(0);
      out.writeShort(one.length);
      out.write(one);
    }
    return bytes.toByteArray();
  }
}
