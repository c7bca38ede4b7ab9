package dev.why502.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.why502.definition.Request.Header;
import dev.why502.observation.FailureKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.x response as it arrives (RFC 9112). Lenient where curl is: bare LF, odd bytes
 * in values and reason, folded lines. Strict where it decides what the peer is: without a status
 * line it is not HTTP. Never throws, and every loop ends with its input.
 */
final class ResponseParser {
  /** Status line and header lines together; also the trailers. */
  static final int HEADER_LIMIT = 64 * 1024;

  /** Header lines kept of an answer. */
  static final int MOST_HEADERS = 256;

  /** Interim (1xx) responses before the final one. */
  static final int INTERIM_LIMIT = 32;

  /** Raw bytes kept of what is not HTTP. */
  static final int FIRST_BYTES = 256;

  private static final byte[] PREFIX = "HTTP/1.".getBytes(ISO_8859_1);

  enum State {
    HEAD,
    BODY,
    DONE,
    FAILED
  }

  private final boolean head;
  private final boolean upgrade;
  private final BodySink sink;

  private State state = State.HEAD;
  private @Nullable Failure failure;

  private final byte[] first = new byte[FIRST_BYTES];
  private int firstLength;
  private long rawBytes;

  private byte[] lines = new byte[1024];
  private int length;
  private int lineStart;
  private int interim;

  private String version = "";
  private int status;
  private String reason = "";
  private final List<Header> headers = new ArrayList<>();
  private int headerBytes;
  private @Nullable BodyReader body;
  private boolean bodyBegun;

  /**
   * @param head whether the request was HEAD, whose answer has no body
   * @param upgrade whether 101 is a final answer
   */
  ResponseParser(boolean head, boolean upgrade, BodySink sink) {
    this.head = head;
    this.upgrade = upgrade;
    this.sink = sink;
  }

  State state() {
    return state;
  }

  /** Set when the state is FAILED. */
  @Nullable Failure failure() {
    return failure;
  }

  State feed(byte[] bytes, int offset, int count) {
    int end = offset + count;
    int at = offset;
    rawBytes += count;
    if (state == State.HEAD && firstLength < FIRST_BYTES) {
      int copied = Math.min(FIRST_BYTES - firstLength, count);
      System.arraycopy(bytes, at, first, firstLength, copied);
      firstLength += copied;
    }
    while (state == State.HEAD && at < end) {
      at = feedHead(bytes, at, end);
    }
    BodyReader reader = body;
    if (state == State.BODY && at < end && reader != null) {
      state = reader.feed(bytes, at, end);
      failure = reader.failure();
    }
    return state;
  }

  /** The peer ended the connection, in order or with a reset. */
  State end(boolean reset) {
    BodyReader reader = body;
    if (state == State.HEAD) {
      if (reset) {
        fail(FailureKind.RESET, rawBytes == 0 ? "reset before any byte" : afterHeadBytes("reset"));
      } else {
        fail(
            FailureKind.CLOSED,
            rawBytes == 0 ? "closed before any byte" : afterHeadBytes("closed"));
      }
    } else if (state == State.BODY && reader != null) {
      if (!reset && reader.untilClose()) {
        state = State.DONE;
      } else {
        fail(
            FailureKind.TRUNCATED,
            (reset ? "reset" : "closed") + " after " + sink.total() + " bytes of " + reader.size());
      }
    }
    return state;
  }

  /** Whether a whole head came that says how the body is framed. */
  boolean bodyBegun() {
    return bodyBegun;
  }

  boolean headDone() {
    return status != 0 && headerBytes > 0 && state != State.HEAD;
  }

  /** Whether a status line came, so that there is something to show. */
  boolean answered() {
    return status != 0;
  }

  String version() {
    return version;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  List<Header> headers() {
    return headers;
  }

  int headerBytes() {
    return headerBytes > 0 ? headerBytes : length;
  }

  long rawBytes() {
    return rawBytes;
  }

  /** The first raw bytes where no whole head came; one char per byte. */
  @Nullable String firstBytes() {
    return headDone() || firstLength == 0 ? null : new String(first, 0, firstLength, ISO_8859_1);
  }

  @Nullable String header(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }

  /** Whether the peer would take another request on this connection (RFC 9112, 9.3). */
  boolean persistent() {
    BodyReader reader = body;
    if (state != State.DONE || sink.cut() || (reader != null && reader.untilClose())) {
      return false;
    }
    String connection = header("connection");
    String options = connection == null ? "" : connection.toLowerCase(Locale.ROOT);
    return version.equals("1.1") ? !options.contains("close") : options.contains("keep-alive");
  }

  private String afterHeadBytes(String how) {
    return how + " after " + rawBytes + " bytes of the header";
  }

  private void fail(FailureKind kind, String detail) {
    state = State.FAILED;
    failure = new Failure(kind, detail);
  }

  /** Takes bytes up to the end of one line, and reads that line. */
  private int feedHead(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      byte b = bytes[at++];
      if (length >= HEADER_LIMIT) {
        headerBytes = length + (end - at) + 1;
        fail(FailureKind.INVALID, "header over 64 KiB");
        return end;
      }
      if (length == lines.length) {
        lines = Arrays.copyOf(lines, Math.min(HEADER_LIMIT, length * 2));
      }
      lines[length] = b;
      if (length < PREFIX.length && b != PREFIX[length] && status == 0) {
        fail(FailureKind.INVALID, "not an HTTP/1 response");
        return end;
      }
      length++;
      if (b == '\n') {
        int lineEnd = length - 1;
        if (lineEnd > lineStart && lines[lineEnd - 1] == '\r') {
          lineEnd--;
        }
        int start = lineStart;
        lineStart = length;
        line(start, lineEnd);
        return at;
      }
    }
    return at;
  }

  private void line(int start, int end) {
    if (status == 0) {
      statusLine(start, end);
    } else if (start == end) {
      endOfHead();
    } else {
      headerLine(start, end);
    }
  }

  private void statusLine(int start, int end) {
    // HTTP/1.x SP 3DIGIT, then nothing or SP reason; the prefix has been checked byte by byte.
    int at = start + PREFIX.length;
    boolean valid =
        end - at >= 5
            && isDigit(lines[at])
            && lines[at + 1] == ' '
            && isDigit(lines[at + 2])
            && isDigit(lines[at + 3])
            && isDigit(lines[at + 4])
            && (end == at + 5 || lines[at + 5] == ' ');
    int code =
        valid
            ? (lines[at + 2] - '0') * 100 + (lines[at + 3] - '0') * 10 + (lines[at + 4] - '0')
            : 0;
    if (code < 100) {
      fail(FailureKind.INVALID, "malformed status line");
      return;
    }
    version = lines[at] == '0' ? "1.0" : "1.1";
    status = code;
    reason = text(Math.min(end, at + 6), end);
  }

  private void headerLine(int start, int end) {
    for (int i = start; i < end; i++) {
      if (lines[i] == 0) {
        fail(FailureKind.INVALID, "NUL byte in the header");
        return;
      }
    }
    if (lines[start] == ' ' || lines[start] == '\t') {
      if (headers.isEmpty()) {
        fail(FailureKind.INVALID, "header starts with a folded line");
        return;
      }
      Header last = headers.remove(headers.size() - 1);
      headers.add(new Header(last.name(), (last.value() + " " + text(start, end)).strip()));
      return;
    }
    int colon = start;
    while (colon < end && lines[colon] != ':') {
      colon++;
    }
    if (colon == end || colon == start) {
      fail(FailureKind.INVALID, "header line without a name and a colon");
      return;
    }
    headers.add(new Header(text(start, colon), text(colon + 1, end)));
  }

  private void endOfHead() {
    if (status < 200 && !(status == 101 && upgrade)) {
      if (++interim > INTERIM_LIMIT) {
        fail(FailureKind.INVALID, "more than " + INTERIM_LIMIT + " interim responses");
        return;
      }
      if (status != 101) {
        status = 0;
        reason = "";
        headers.clear();
        length = 0;
        lineStart = 0;
        return;
      }
    }
    headerBytes = length;
    if (head || status == 204 || status == 304 || status == 101) {
      bodyBegun = true;
      state = State.DONE;
      return;
    }
    BodyReader reader = BodyReader.of(headers, sink);
    body = reader;
    failure = reader.failure();
    bodyBegun = failure == null;
    state = failure != null ? State.FAILED : reader.size().equals("0") ? State.DONE : State.BODY;
  }

  private String text(int start, int end) {
    int from = start;
    int to = end;
    while (from < to && (lines[from] == ' ' || lines[from] == '\t')) {
      from++;
    }
    while (to > from && (lines[to - 1] == ' ' || lines[to - 1] == '\t')) {
      to--;
    }
    return new String(lines, from, to - from, ISO_8859_1);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
