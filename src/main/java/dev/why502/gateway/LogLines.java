package dev.why502.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole lines cut out of a file.
 *
 * @param next where reading goes on: the start of the first line that was not read
 * @param more whether a limit ended it before the end of the file
 */
record LogLines(List<String> lines, Position next, boolean more) {
  static final int MAX_LINE_BYTES = 16 * 1024;

  /**
   * @param inRest whether the offset lies within a line whose beginning is done with
   */
  record Position(long offset, boolean inRest) {
    static final Position START = new Position(0, false);
  }

  static LogLines read(FileChannel channel, Position from, long end, int maxBytes, int maxLines)
      throws IOException {
    long available = Math.max(0, end - from.offset());
    int wanted = (int) Math.min(maxBytes, available);
    byte[] bytes = bytes(channel, from.offset(), wanted);
    List<String> lines = new ArrayList<>();
    boolean inRest = from.inRest();
    int start = 0;
    for (int i = 0; i < bytes.length && lines.size() < maxLines; i++) {
      if (bytes[i] == '\n') {
        if (!inRest) {
          lines.add(decode(bytes, start, i));
        }
        inRest = false;
        start = i + 1;
      }
    }
    boolean full = lines.size() >= maxLines;
    if (!full && inRest) {
      start = bytes.length;
    } else if (!full && bytes.length - start > MAX_LINE_BYTES) {
      lines.add(decode(bytes, start, bytes.length));
      inRest = true;
      start = bytes.length;
    }
    boolean more = full ? from.offset() + start < end : wanted < available;
    return new LogLines(lines, new Position(from.offset() + start, inRest), more);
  }

  /** The end of the last whole line, so that a line that is being written is read whole later. */
  static Position lastLineEnd(FileChannel channel, long end) throws IOException {
    long start = Math.max(0, end - MAX_LINE_BYTES);
    byte[] bytes = bytes(channel, start, (int) (end - start));
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return new Position(start + i + 1, false);
      }
    }
    return start == 0 ? Position.START : new Position(end, true);
  }

  private static byte[] bytes(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {}
    return buffer.hasRemaining()
        ? java.util.Arrays.copyOf(buffer.array(), buffer.position())
        : buffer.array();
  }

  /** UTF-8 where it is that, else one character per byte. */
  private static String decode(byte[] bytes, int start, int end) {
    int stop = end;
    if (stop - start > MAX_LINE_BYTES) {
      stop = start + MAX_LINE_BYTES;
      while (stop > start && (bytes[stop] & 0xC0) == 0x80) {
        stop--;
      }
    }
    ByteBuffer line = ByteBuffer.wrap(bytes, start, stop - start);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1);
    }
  }
}
