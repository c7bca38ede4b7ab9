package dev.why502.probe;

import dev.why502.observation.Response;
import org.jspecify.annotations.Nullable;

/** What came back for one request, by whichever protocol. */
interface Reply {
  /** Why no whole answer came, or null. */
  @Nullable Failure failure();

  /** 0 where no whole header came. */
  int status();

  @Nullable String header(String name);

  /** The answer so far, or null where no whole header came. */
  @Nullable Response response();

  /** The body as far as it was kept: all of it where an expectation needs it. */
  byte[] body();

  /** Whether the peer would take another request on the connection. */
  boolean persistent();

  /** Whether a WebSocket handshake is complete. */
  boolean upgraded();

  /** The first raw bytes of what is not HTTP, one char per byte, or null. */
  @Nullable String firstBytes();
}
