package dev.why502.web.bridge;

/** The way back to one viewer, whatever carries it. */
interface Link {
  Carrier carrier();

  /** Sends the message, or closes the link when the viewer is too far behind. */
  void send(Outgoing message);

  void close(int code, String reason);

  /** Called twice a second: closes the link when what waits in it does not move. */
  void look(long nowNanos);

  /** Called now and then: asks for a sign of life, or gives the viewer up. */
  void tick(long nowNanos);
}
