package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.ServiceLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Reads the end of a service's own log. Blocks. Only regular files: a FIFO would never end. */
final class ServiceLogReader {
  static final int TAIL_BYTES = 64 * 1024;

  private ServiceLogReader() {}

  static ServiceLog read(String probe, String name, Instant at) {
    try {
      Tail tail = tailOf(Path.of(name), TAIL_BYTES);
      return new ServiceLog(
          probe,
          name,
          at,
          Access.GRANTED,
          tail.modifiedAt(),
          Complaints.in(
              tail.lines(),
              new LogTime(tail.modifiedAt().atZone(ZoneId.systemDefault()).getYear())));
    } catch (InvalidPathException impossible) {
      return denied(probe, name, at, "it is not a possible path");
    } catch (IOException failed) {
      return denied(probe, name, at, Reasons.of(failed));
    }
  }

  /** The end of a log. */
  record Tail(Instant modifiedAt, List<String> lines) {}

  /** The last lines of a regular file; anything else is an {@link IOException} that says why. */
  static Tail tailOf(Path path, int bytes) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Path real = path.toRealPath();
    if (!attributes.isRegularFile() || real.startsWith("/proc") || real.startsWith("/sys")) {
      throw new IOException("it is not a regular file");
    }
    return new Tail(attributes.lastModifiedTime().toInstant(), tail(real, bytes));
  }

  private static ServiceLog denied(String probe, String name, Instant at, String why) {
    return new ServiceLog(probe, name, at, Access.denied(why), null, List.of());
  }

  /** The lines of the last bytes; a line that is cut off is left out. */
  private static List<String> tail(Path file, int limit) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(limit);
    boolean whole;
    try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
      long from = Math.max(0, channel.size() - limit);
      whole = from == 0;
      channel.position(from);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          break;
        }
      }
    }
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(List.of(text.split("\r\n|\n|\r", -1)));
    if (!whole && lines.size() > 1) {
      lines.remove(0);
    }
    return lines;
  }
}
