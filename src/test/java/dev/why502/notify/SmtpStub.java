package dev.why502.notify;

import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Mail;
import dev.why502.definition.Receiver.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A mail server that takes what it is sent, or answers a command as it was told to. */
final class SmtpStub implements AutoCloseable {
  /**
   * A letter as it came.
   *
   * @param headers lines of its head, unfolded
   */
  record Letter(List<String> commands, List<String> headers, String body) {
    @Nullable String header(String name) {
      for (String header : headers) {
        if (header.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
          return header.substring(name.length() + 1).strip();
        }
      }
      return null;
    }

    /** The subject as people see it (RFC 2047, quoted-printable words). */
    String subject() {
      return decoded(String.valueOf(header("Subject")));
    }

    /** The part of this type, as people see it. */
    String part(String type) {
      String boundary = "--" + header("Content-Type").replaceAll(".*boundary=\"([^\"]+)\".*", "$1");
      for (String part : body.split(java.util.regex.Pattern.quote(boundary))) {
        int end = part.indexOf("\n\n");
        if (end >= 0 && part.substring(0, end).contains(type)) {
          String content = part.substring(end + 2);
          return part.substring(0, end).contains("quoted-printable")
              ? printable(content.replace("=\n", ""), false)
              : content;
        }
      }
      throw new AssertionError("no part " + type + " in " + body);
    }

    private static String decoded(String text) {
      StringBuilder out = new StringBuilder();
      for (String word : text.replaceAll("\\?=\\s+=\\?", "?==?").split("(?==\\?)|(?<=\\?=)")) {
        out.append(
            word.startsWith("=?UTF-8?Q?")
                ? printable(word.substring(10, word.length() - 2), true)
                : word);
      }
      return out.toString();
    }

    private static String printable(String text, boolean underscores) {
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '=' && i + 2 < text.length()) {
          out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        } else {
          out.write(c == '_' && underscores ? ' ' : c);
        }
      }
      return out.toString(StandardCharsets.UTF_8);
    }
  }

  /** No answer, and no connection any more. */
  static final String HANG_UP = "hang up";

  private final ServerSocket server;
  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  private final Map<String, Queue<String>> replies = new ConcurrentHashMap<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private volatile String extensions = "";

  SmtpStub() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** The next answer to a command; to its greeting with the command {@code connect}. */
  SmtpStub on(String command, String reply) {
    replies.computeIfAbsent(command, key -> new ConcurrentLinkedQueue<>()).add(reply);
    return this;
  }

  /** One that it offers. */
  SmtpStub extension(String line) {
    extensions = "250-" + line + "\r\n";
    return this;
  }

  Receiver receiver(String name, @Nullable String language, String... to) {
    return receiver(name, language, Security.NONE, null, to);
  }

  Receiver receiver(
      String name,
      @Nullable String language,
      Security security,
      @Nullable String password,
      String... to) {
    return new Receiver(
        name,
        language,
        new Mail(
            "127.0.0.1",
            server.getLocalPort(),
            security,
            password == null ? null : "watcher",
            password,
            "why502@example.com",
            List.of(to)));
  }

  Letter next() throws InterruptedException {
    Letter next = letters.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no letter came");
    }
    return next;
  }

  int left() {
    return letters.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "smtp");
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
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = socket.getOutputStream();
      List<String> commands = new ArrayList<>();
      say(out, reply("connect", "220 stub"));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
        String command = line.replaceAll("[ :].*", "").toUpperCase(java.util.Locale.ROOT);
        switch (command) {
          case "EHLO" -> say(out, reply(command, extensions + "250 stub"));
          case "DATA" -> {
            say(out, reply("DATA", "354 go on"));
            Letter letter = letter(in, commands);
            String end = reply(".", "250 taken");
            if (end.startsWith("250")) {
              letters.add(letter);
            }
            say(out, end);
          }
          case "QUIT" -> say(out, "221 bye");
          default -> say(out, reply(command, command.equals("AUTH") ? "235 in" : "250 ok"));
        }
      }
    } catch (IOException gone) {
      // The other side had enough.
    }
  }

  private String reply(String command, String usual) {
    Queue<String> waiting = replies.get(command);
    String next = waiting == null ? null : waiting.poll();
    return next == null ? usual : next;
  }

  /** Says nothing for an empty answer: it hangs. */
  private static void say(OutputStream out, String reply) throws IOException {
    if (reply.equals(HANG_UP)) {
      throw new IOException("as it was told to");
    }
    if (!reply.isEmpty()) {
      out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private static Letter letter(BufferedReader in, List<String> commands) throws IOException {
    List<String> headers = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    boolean head = true;
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      String text = line.startsWith("..") ? line.substring(1) : line;
      if (head && text.isEmpty()) {
        head = false;
      } else if (head && (text.startsWith(" ") || text.startsWith("\t"))) {
        headers.set(headers.size() - 1, headers.get(headers.size() - 1) + " " + text.strip());
      } else if (head) {
        headers.add(text);
      } else {
        body.append(text).append('\n');
      }
    }
    return new Letter(List.copyOf(commands), headers, body.toString());
  }

  /** What was said with AUTH PLAIN. */
  static String credentials(Letter letter) {
    for (String command : letter.commands()) {
      if (command.startsWith("AUTH PLAIN ")) {
        return new String(
            Base64.getDecoder().decode(command.substring(11)), StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}
