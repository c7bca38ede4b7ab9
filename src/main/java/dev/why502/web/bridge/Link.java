package dev.why502.web.bridge;

/** The way back to one viewer, whatever carries it. */
interface Link {
  Carrier carrier();

  /**
   * Takes a message, or closes the link when the viewer is too far behind. It may stay here until
   * {@link #flush()}.
   */
  void send(Outgoing message);

  /** Lets go what was sent: many messages at once cost little more than one. */
  void flush();

  void close(int code, String reason);

  /** Called twice a second: closes the link when what waits in it does not move. */
  void look(long nowNanos);

  /** Called now and then: asks for a sign of life, or gives the viewer up. */
  void tick(long nowNanos);
}
