package dev.why502.web.bridge;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client of the TCP bridge that does as it is told, also what no client should. */
final class TcpPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private @Nullable String token;

  private TcpPeer(Socket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  static TcpPeer connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return new TcpPeer(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All frames from now on carry it. */
  TcpPeer with(String bearer) {
    token = bearer;
    return this;
  }

  TcpPeer patient(int millis) {
    try {
      socket.setSoTimeout(millis);
      return this;
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  TcpPeer send(JsonObject frame) {
    if (token != null) {
      frame.put("headers", new JsonObject().put("Authorization", "Bearer " + token));
    }
    return send(frame.encode());
  }

  TcpPeer send(String frame) {
    byte[] payload = frame.getBytes(StandardCharsets.UTF_8);
    return sendBytes(
        ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).array());
  }

  TcpPeer sendBytes(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TcpPeer ping() {
    return send("{\"type\":\"ping\"}");
  }

  TcpPeer register(String address) {
    return send(new JsonObject().put("type", "register").put("address", address));
  }

  JsonObject ask(String address, JsonObject body) {
    return send(new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("body", body)
            .put("replyAddress", "r"))
        .nextJson();
  }

  /** The next frame; null when the other side has closed. */
  @Nullable String next() {
    try {
      int length = in.read();
      if (length < 0) {
        return null;
      }
      length = length << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    } catch (SocketException reset) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonObject nextJson() {
    String frame = next();
    if (frame == null) {
      throw new AssertionError("closed, and no frame came");
    }
    return new JsonObject(frame);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
