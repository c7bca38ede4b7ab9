package dev.why502.notify;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A service that takes messages, and answers what it was told to, byte for byte. */
final class Receiving implements AutoCloseable {
  static final String SECRET_PATH = "/hook/Kq7vN2xT9bRw4mZc8LpYd3Hs";

  /** What came. */
  record Came(String line, List<String> headers, String body) {
    @Nullable String header(String name) {
      for (String header : headers) {
        if (header.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return header.substring(name.length() + 1).strip();
        }
      }
      return null;
    }
  }

  /** How it ends. */
  enum Manner {
    ANSWER,
    HANG,
    RESET,
    STALL
  }

  private record Reply(Manner manner, byte[] bytes) {}

  private final ServerSocket server;
  private final BlockingQueue<Came> came = new LinkedBlockingQueue<>();
  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private volatile Reply usual = reply(Manner.ANSWER, 200, "", "{}");

  Receiving() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** The answer to everything for which there is no other. */
  Receiving always(int status, String body) {
    usual = reply(Manner.ANSWER, status, "", body);
    return this;
  }

  /** The answer to the next request for which there is none yet. */
  Receiving then(int status, String headers, String body) {
    replies.add(reply(Manner.ANSWER, status, headers, body));
    return this;
  }

  Receiving then(Manner manner) {
    replies.add(reply(manner, 200, "", ""));
    return this;
  }

  Receiving always(Manner manner) {
    usual = reply(manner, 200, "", "");
    return this;
  }

  int port() {
    return server.getLocalPort();
  }

  Target url(String path) {
    String text = "http://127.0.0.1:" + port() + path;
    return new Target(Scheme.HTTP, Endpoint.of("127.0.0.1", port()), path, text);
  }

  Receiver receiver(String name, Format format) {
    return receiver(name, format, null, null);
  }

  Receiver receiver(
      String name, Format format, @Nullable String secret, @Nullable String language) {
    return new Receiver(
        name, language, new Post(format, List.of(url(SECRET_PATH)), List.of(), secret));
  }

  Came next() throws InterruptedException {
    Came next = came.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  int left() {
    return came.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static Reply reply(Manner manner, int status, String headers, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + " Whatever\r\nContent-Type: application/json\r\n"
            + headers
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(content);
    return new Reply(manner, out.toByteArray());
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "receiving");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        thread(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Came request = read(socket.getInputStream());
      Reply reply = replies.poll();
      Reply chosen = reply == null ? usual : reply;
      came.add(request);
      switch (chosen.manner()) {
        case ANSWER -> socket.getOutputStream().write(chosen.bytes());
        case STALL -> {
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes(StandardCharsets.UTF_8));
          socket.getInputStream().read();
        }
        case HANG -> socket.getInputStream().read();
        case RESET -> socket.setSoLinger(true, 0);
      }
    } catch (IOException gone) {
      // The other side had enough; what it did is what the test looks at.
    }
  }

  private static Came read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed");
      }
      head.write(b);
    }
    List<String> lines =
        new ArrayList<>(List.of(head.toString(StandardCharsets.ISO_8859_1).split("\r\n")));
    String line = lines.remove(0);
    Came noBody = new Came(line, lines, "");
    String length = noBody.header("Content-Length");
    byte[] body = in.readNBytes(length == null ? 0 : Integer.parseInt(length));
    return new Came(line, lines, new String(body, StandardCharsets.UTF_8));
  }
}
