package dev.why502.web.bridge;

/** The way back to one viewer, whatever carries it. */
interface Link {
  /**
   * Sends one frame of the bridge protocol, or closes the link when the viewer is too far behind.
   */
  void send(String frame);

  void close(int code, String reason);

  /** Called now and then: asks for a sign of life, or gives the viewer up. */
  void tick(long nowNanos);
}
