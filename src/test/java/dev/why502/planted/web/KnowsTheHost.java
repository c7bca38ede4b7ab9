package dev.why502.planted.web;

import dev.why502.planted.host.InnocentListener;

/** Planted. */
public final class KnowsTheHost {
  private KnowsTheHost() {}

  static int port() {
    return InnocentListener.port();
  }
}
