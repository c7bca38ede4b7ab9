package dev.why502.watch;

import dev.why502.terminal.Terminal;
import dev.why502.terminal.Wrapping;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Standard output of a command that goes on: text that is added, and on a terminal below it a few
 * lines that are drawn again in their place. Event loops put in, one thread of its own writes,
 * since a pipe that nobody reads stops whoever writes to it.
 */
final class Sheet {
  /** Characters that wait for the reader before {@link #behind} asks for patience. */
  static final int MAX_WAITING = 1024 * 1024;

  private record Piece(String text, @Nullable List<String> status) {}

  private final PrintStream out;
  private final Supplier<Terminal> terminal;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private List<String> drawn = List.of();
  private List<String> wanted = List.of();
  private List<String> asked = List.of();

  Sheet(PrintStream out, Supplier<Terminal> terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  Terminal terminal() {
    return terminal.get();
  }

  /** Whether whoever reads is so slow that no more should be put in. */
  boolean behind() {
    return waiting() > MAX_WAITING;
  }

  /** Characters that were put in and not yet written. */
  long waiting() {
    return waiting.get();
  }

  /** Adds safe text that ends with a line feed. */
  void add(String text) {
    if (!text.isEmpty()) {
      waiting.addAndGet(text.length());
      queue.add(new Piece(text, null));
    }
  }

  /** From now on these safe lines stand below the text; nothing where nobody looks. */
  void status(List<String> lines) {
    if (terminal().interactive() && !lines.equals(asked)) {
      asked = List.copyOf(lines);
      queue.add(new Piece("", asked));
    }
  }

  /** Writes until the reader has gone or the thread is interrupted. */
  void write() {
    try {
      while (!out.checkError()) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(queue.take());
        queue.drainTo(pieces);
        write(pieces);
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits; for the end, and for tests. */
  void flush() {
    List<Piece> pieces = new ArrayList<>();
    queue.drainTo(pieces);
    write(pieces);
  }

  private synchronized void write(List<Piece> pieces) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(piece.text());
      waiting.addAndGet(-piece.text().length());
      if (piece.status() != null) {
        wanted = piece.status();
      }
    }
    if (text.length() == 0 && wanted.equals(drawn)) {
      return;
    }
    StringBuilder all = new StringBuilder();
    if (!drawn.isEmpty()) {
      // Up to where it begins, and clear from there on.
      all.append("\u001b[").append(rows(drawn)).append("A\r\u001b[J");
    }
    all.append(text);
    wanted.forEach(line -> all.append(line).append('\n'));
    drawn = wanted;
    out.print(all);
    out.flush();
  }

  /** A terminal that was made narrower has broken what stood there into more lines. */
  private int rows(List<String> lines) {
    int columns = terminal().columns();
    return lines.stream()
        .mapToInt(line -> Math.max(1, (Wrapping.width(plain(line)) + columns - 1) / columns))
        .sum();
  }

  private static String plain(String line) {
    return line.replaceAll("\u001b\\[[0-9;]*m", "");
  }
}
