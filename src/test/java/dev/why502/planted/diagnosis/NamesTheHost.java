package dev.why502.planted.diagnosis;

import dev.why502.planted.host.InnocentListener;

/** Planted. */
public final class NamesTheHost {
  private NamesTheHost() {}

  static int port() {
    return InnocentListener.port();
  }
}
