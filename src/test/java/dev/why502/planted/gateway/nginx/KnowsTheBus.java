package dev.why502.planted.gateway.nginx;

import dev.why502.planted.bus.InnocentAddress;

/** Planted. */
public final class KnowsTheBus {
  private KnowsTheBus() {}

  static int port() {
    return InnocentAddress.port();
  }
}
