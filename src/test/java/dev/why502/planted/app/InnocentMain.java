package dev.why502.planted.app;

/** Planted. */
public final class InnocentMain {
  private InnocentMain() {}

  public static int port() {
    return 1;
  }
}
