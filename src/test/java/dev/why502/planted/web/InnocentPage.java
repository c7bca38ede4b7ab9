package dev.why502.planted.web;

import dev.why502.planted.bus.InnocentAddress;

/** Planted. */
public final class InnocentPage {
  private InnocentPage() {}

  static int port() {
    return InnocentAddress.port();
  }
}
