package dev.why502.planted.engine;

import dev.why502.planted.app.InnocentMain;

/** Planted. */
public final class KnowsTheApp {
  private KnowsTheApp() {}

  static int port() {
    return InnocentMain.port();
  }
}
