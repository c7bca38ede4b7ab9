package dev.why502.planted.terminal;

import dev.why502.planted.bus.InnocentAddress;

/** Planted: text for people comes from verdicts and not from the bus. */
public final class KnowsTheBusToo {
  private KnowsTheBusToo() {}

  static String of() {
    return "port " + InnocentAddress.port();
  }
}
