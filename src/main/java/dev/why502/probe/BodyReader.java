package dev.why502.probe;

import dev.why502.definition.Request.Header;
import dev.why502.observation.FailureKind;
import dev.why502.probe.ResponseParser.State;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the body of a response by its framing (RFC 9112, 6): chunked, by length, or to the end. */
final class BodyReader {
  /** Bytes of one chunk-size line with its extensions. */
  private static final int CHUNK_LINE_LIMIT = 4096;

  private enum Part {
    LENGTH,
    UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER
  }

  private final BodySink sink;
  private final boolean chunked;
  private Part part;
  private long remaining;
  private final long declared;
  private int digits;
  private int lineBytes;
  private int trailerBytes;
  private boolean lineEmpty;
  private @Nullable Failure failure;

  private BodyReader(BodySink sink, Part part, long declared, @Nullable Failure failure) {
    this.sink = sink;
    this.part = part;
    this.declared = declared;
    this.remaining = part == Part.LENGTH ? declared : 0;
    this.chunked = part == Part.CHUNK_SIZE;
    this.failure = failure;
  }

  /** Decides how the body is framed; the failure is set where the header contradicts itself. */
  static BodyReader of(List<Header> headers, BodySink sink) {
    boolean coded = false;
    boolean chunked = false;
    String length = null;
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase("transfer-encoding")) {
        String codings = header.value().toLowerCase(Locale.ROOT).strip();
        coded |= !codings.isEmpty() && !codings.equals("identity");
        chunked =
            codings.equals("chunked")
                || codings.endsWith(",chunked")
                || codings.endsWith(" chunked");
      } else if (header.name().equalsIgnoreCase("content-length")) {
        for (String one : header.value().split(",", -1)) {
          String value = one.strip();
          if (value.isEmpty()
              || value.length() > 18
              || !value.chars().allMatch(BodyReader::digit)) {
            return broken(sink, "Content-Length is not a number");
          }
          if (length != null && Long.parseLong(length) != Long.parseLong(value)) {
            return broken(sink, "two different Content-Length");
          }
          length = value;
        }
      }
    }
    // A transfer coding overrides a length (RFC 9112, 6.3), as it does in curl.
    if (chunked) {
      return new BodyReader(sink, Part.CHUNK_SIZE, -1, null);
    }
    if (coded || length == null) {
      return new BodyReader(sink, Part.UNTIL_CLOSE, -1, null);
    }
    return new BodyReader(sink, Part.LENGTH, Long.parseLong(length), null);
  }

  private static BodyReader broken(BodySink sink, String why) {
    return new BodyReader(sink, Part.UNTIL_CLOSE, -1, new Failure(FailureKind.INVALID, why));
  }

  @Nullable Failure failure() {
    return failure;
  }

  boolean untilClose() {
    return part == Part.UNTIL_CLOSE;
  }

  /** What was announced, in words; "0" for an empty body. */
  String size() {
    return declared >= 0 ? Long.toString(declared) : chunked ? "a chunked body" : "a body";
  }

  State feed(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      switch (part) {
        case UNTIL_CLOSE -> {
          return sink.take(bytes, at, end - at) ? State.BODY : State.DONE;
        }
        case LENGTH, CHUNK_DATA -> {
          int count = (int) Math.min(end - at, remaining);
          if (!sink.take(bytes, at, count)) {
            return State.DONE;
          }
          at += count;
          remaining -= count;
          if (remaining == 0) {
            if (part == Part.LENGTH) {
              return State.DONE;
            }
            part = Part.CHUNK_END;
            lineBytes = 0;
          }
        }
        case CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_END, TRAILER -> {
          State state = framing(bytes[at++]);
          if (state != State.BODY) {
            return state;
          }
        }
      }
    }
    return State.BODY;
  }

  private State framing(byte b) {
    if (++lineBytes > CHUNK_LINE_LIMIT && part != Part.TRAILER) {
      return fail("chunk line over 4 KiB");
    }
    return switch (part) {
      case CHUNK_SIZE -> chunkSize(b);
      case CHUNK_EXTENSION -> b == '\n' ? endOfSizeLine() : State.BODY;
      case CHUNK_END -> {
        if (b == '\n') {
          beginChunk();
          yield State.BODY;
        }
        yield b == '\r' && lineBytes == 1 ? State.BODY : fail("no line end after a chunk");
      }
      case TRAILER -> trailer(b);
      case LENGTH, UNTIL_CLOSE, CHUNK_DATA -> throw new AssertionError(part);
    };
  }

  private void beginChunk() {
    part = Part.CHUNK_SIZE;
    digits = 0;
    remaining = 0;
    lineBytes = 0;
  }

  private State chunkSize(byte b) {
    int value = Character.digit(b, 16);
    if (value >= 0) {
      if (++digits > 15) {
        return fail("chunk size too large");
      }
      remaining = remaining * 16 + value;
      return State.BODY;
    }
    if (digits == 0) {
      return fail("chunk size is not a number");
    }
    if (b == '\n') {
      return endOfSizeLine();
    }
    if (b == '\r' || b == ';' || b == ' ' || b == '\t') {
      part = Part.CHUNK_EXTENSION;
      return State.BODY;
    }
    return fail("chunk size is not a number");
  }

  private State endOfSizeLine() {
    if (remaining > 0) {
      part = Part.CHUNK_DATA;
    } else {
      part = Part.TRAILER;
      lineEmpty = true;
    }
    return State.BODY;
  }

  private State trailer(byte b) {
    if (++trailerBytes > ResponseParser.HEADER_LIMIT) {
      return fail("trailers over 64 KiB");
    }
    if (b == '\n') {
      if (lineEmpty) {
        return State.DONE;
      }
      lineEmpty = true;
    } else if (b != '\r') {
      lineEmpty = false;
    }
    return State.BODY;
  }

  private State fail(String why) {
    failure = new Failure(FailureKind.INVALID, why);
    return State.FAILED;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }
}
