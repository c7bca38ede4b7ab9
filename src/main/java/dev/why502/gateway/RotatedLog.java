package dev.why502.gateway;

import dev.why502.evidence.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One path under which log files come and go. Blocking: its callers are workers.
 *
 * <p>Each file that was met there is a generation. It stays open after its name is gone, for two
 * reasons: a writer goes on writing to the old file until it is told to open the new one, and a
 * file that is held open cannot lend its inode number to its successor. A truncated file is a new
 * generation of the same inode.
 */
final class RotatedLog {
  static final int WINDOW_BYTES = 256 * 1024;
  static final int MAX_LINES = 5_000;
  static final long MAX_BACKLOG_BYTES = 16L * 1024 * 1024;
  static final int MAX_GENERATIONS = 4;
  static final long RETIRED_NANOS = 60_000_000_000L;
  private static final int HEAD_BYTES = 256;
  private static final String ABSENT = "no such file";

  private final Path path;
  private final LongSupplier nanos;
  private final List<Generation> generations = new ArrayList<>();
  private int nextId;
  private boolean closed;

  RotatedLog(Path path, LongSupplier nanos) {
    this.path = path;
    this.nanos = nanos;
  }

  /** The present end of what is written, or the start of a line that is not whole yet. */
  synchronized Mark mark() {
    Access access = refresh();
    Map<Integer, LogLines.Position> positions = new HashMap<>();
    for (Generation generation : generations) {
      try {
        positions.put(
            generation.id, LogLines.lastLineEnd(generation.channel, generation.channel.size()));
      } catch (IOException e) {
        access = Access.denied(reason(e));
      }
    }
    return new Mark(access, access.readable() || ABSENT.equals(access.why()), nextId, positions);
  }

  /** The whole lines that came after a mark, at most {@link #WINDOW_BYTES} of them. */
  synchronized Reading since(Mark mark) {
    Access access = refresh();
    List<String> lines = new ArrayList<>();
    Map<Integer, LogLines.Position> positions = new HashMap<>();
    boolean cut = false;
    boolean skipped = false;
    boolean restarted = false;
    int bytesLeft = WINDOW_BYTES;
    for (Generation generation : List.copyOf(generations)) {
      try {
        long end = generation.channel.size();
        LogLines.Position from = mark.positions().get(generation.id);
        if (from == null && (generation.id < mark.nextId() || !mark.known())) {
          positions.put(generation.id, LogLines.lastLineEnd(generation.channel, end));
          continue;
        }
        if (from == null) {
          restarted = true;
          from = LogLines.Position.START;
        }
        if (end - from.offset() > MAX_BACKLOG_BYTES) {
          skipped = true;
          from = new LogLines.Position(end - WINDOW_BYTES, true);
        }
        LogLines read =
            LogLines.read(generation.channel, from, end, bytesLeft, MAX_LINES - lines.size());
        if (generation.rewritten()) {
          // What was just read may be the middle of other lines; the next look begins at 0.
          replace(generation);
          cut = true;
          continue;
        }
        lines.addAll(read.lines());
        bytesLeft -= (int) Math.min(bytesLeft, read.next().offset() - from.offset());
        cut |= read.more();
        positions.put(generation.id, read.next());
      } catch (IOException e) {
        access = Access.denied(reason(e));
      }
    }
    if (access.readable() && !mark.known()) {
      access = Access.denied("became readable only later; before: " + mark.access().why());
    }
    return new Reading(access, lines, cut, skipped, restarted, end(mark, access, positions));
  }

  private Mark end(Mark from, Access access, Map<Integer, LogLines.Position> positions) {
    int next = from.nextId();
    for (int id : positions.keySet()) {
      next = Math.max(next, id + 1);
    }
    boolean known = from.known() ? access.readable() || from.known() : !positions.isEmpty();
    return new Mark(access, known, next, positions);
  }

  /** The last whole lines before a mark, at most {@link #WINDOW_BYTES} of the newest file. */
  synchronized Reading before(Mark mark) {
    Generation newest = null;
    for (Generation generation : generations) {
      if (mark.positions().containsKey(generation.id)) {
        newest = generation;
      }
    }
    if (newest == null) {
      Access access =
          mark.access().readable() ? Access.denied("rotated away meanwhile") : mark.access();
      return new Reading(access, List.of(), false, false, false, mark);
    }
    long end = Objects.requireNonNull(mark.positions().get(newest.id)).offset();
    long start = Math.max(0, end - WINDOW_BYTES);
    try {
      LogLines.Position from = new LogLines.Position(start, start > 0);
      LogLines read = LogLines.read(newest.channel, from, end, WINDOW_BYTES, Integer.MAX_VALUE);
      List<String> lines = read.lines();
      boolean cut = start > 0 || lines.size() > MAX_LINES;
      if (lines.size() > MAX_LINES) {
        lines = lines.subList(lines.size() - MAX_LINES, lines.size());
      }
      return new Reading(mark.access(), lines, cut, false, false, mark);
    } catch (IOException e) {
      return new Reading(Access.denied(reason(e)), List.of(), false, false, false, mark);
    }
  }

  synchronized void close() {
    closed = true;
    generations.forEach(Generation::close);
    generations.clear();
  }

  /** Looks at what stands under the path now. */
  private Access refresh() {
    if (closed) {
      return Access.denied("closed");
    }
    dropRetired();
    try {
      // Told apart before it is opened: to open a FIFO would wait for a writer.
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      if (!found.isRegularFile()) {
        retireAll();
        return Access.denied("not a regular file");
      }
      Object key = found.fileKey();
      Generation current = null;
      for (Generation generation : generations) {
        if (Objects.equals(generation.key, key)) {
          current = generation;
        }
      }
      if (current == null) {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        current = new Generation(nextId++, channel, key);
        generations.add(current);
        if (generations.size() > MAX_GENERATIONS) {
          generations.remove(0).close();
        }
      } else if (current.rewritten()) {
        current = replace(current);
      }
      for (Generation generation : generations) {
        generation.retire(generation != current, nanos.getAsLong());
      }
      current.look();
      return Access.GRANTED;
    } catch (NoSuchFileException e) {
      retireAll();
      return generations.isEmpty() ? Access.denied(ABSENT) : Access.GRANTED;
    } catch (IOException e) {
      retireAll();
      return Access.denied(reason(e));
    }
  }

  private Generation replace(Generation rewritten) {
    Generation fresh = new Generation(nextId++, rewritten.channel, rewritten.key);
    generations.remove(rewritten);
    generations.add(fresh);
    return fresh;
  }

  private void retireAll() {
    generations.forEach(generation -> generation.retire(true, nanos.getAsLong()));
  }

  private void dropRetired() {
    for (Iterator<Generation> i = generations.iterator(); i.hasNext(); ) {
      Generation generation = i.next();
      boolean old = nanos.getAsLong() - generation.retiredAt > RETIRED_NANOS;
      if (!generation.channel.isOpen() || (generation.retired && old)) {
        generation.close();
        i.remove();
      }
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "not readable: permission denied";
    }
    String message = e.getMessage();
    return "not readable: " + (message == null ? e.getClass().getSimpleName() : message);
  }

  /**
   * A place in the log.
   *
   * @param known whether it was known what stood there; false when the log could not be read
   * @param nextId generations from this one on are new since
   */
  record Mark(Access access, boolean known, int nextId, Map<Integer, LogLines.Position> positions) {
    Mark {
      positions = Map.copyOf(positions);
    }
  }

  record Reading(
      Access access,
      List<String> lines,
      boolean cut,
      boolean skipped,
      boolean restarted,
      Mark end) {
    Reading {
      lines = List.copyOf(lines);
    }
  }

  private static final class Generation {
    final int id;
    final FileChannel channel;
    final @Nullable Object key;
    private byte[] head = new byte[0];
    private long seenBytes;
    boolean retired;
    long retiredAt;

    Generation(int id, FileChannel channel, @Nullable Object key) {
      this.id = id;
      this.channel = channel;
      this.key = key;
    }

    /** Shorter than it was, or begins otherwise: what was read of it is gone. */
    boolean rewritten() throws IOException {
      return channel.size() < seenBytes || !Arrays.equals(head, readHead(head.length));
    }

    void look() throws IOException {
      seenBytes = channel.size();
      if (head.length < HEAD_BYTES) {
        head = readHead(HEAD_BYTES);
      }
    }

    private byte[] readHead(int bytes) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(bytes);
      while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {}
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    void retire(boolean retire, long now) {
      if (retire && !retired) {
        retiredAt = now;
      }
      retired = retire;
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it, so nothing is lost.
      }
    }
  }
}
