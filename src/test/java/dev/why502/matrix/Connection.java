package dev.why502.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection as a service sees it. */
record Connection(
    InputStream in, OutputStream out, @Nullable Socket socket, CountDownLatch closed) {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_BODY = 1024 * 1024;

  /** A request; header names in lower case. Without a method it is no request at all. */
  record Asked(String method, String path, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** The next request with its body read, or null at the end. */
  @Nullable Asked next() throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0 || head.length() > MAX_HEAD) {
        return null;
      }
      head.append((char) one);
      if (head.length() == 1 && (one < 'A' || one > 'Z')) {
        return new Asked("", "", Map.of());
      }
    }
    String[] lines = head.toString().split("\r\n");
    String[] words = lines[0].split(" ");
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    String length = headers.get("content-length");
    if (length != null) {
      in.readNBytes(Math.min(MAX_BODY, Integer.parseInt(length)));
    }
    return new Asked(words[0], words.length > 1 ? words[1] : "", headers);
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Ends it with a reset instead of a farewell. */
  void reset() throws IOException {
    if (socket != null) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** Holds it until the service ends. */
  void hold() throws InterruptedException {
    closed.await();
  }

  /** False when the service ended meanwhile. */
  boolean pause(long millis) throws InterruptedException {
    return !closed.await(millis, TimeUnit.MILLISECONDS);
  }
}
