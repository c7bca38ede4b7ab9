package dev.why502.planted.diagnosis;

import java.net.Socket;

/** Planted. */
public final class HoldsASocket {
  private HoldsASocket() {}

  static int port(Socket socket) {
    return socket.getPort();
  }
}
