package dev.why502.planted.bus;

/** Planted. */
public final class InnocentAddress {
  private InnocentAddress() {}

  public static int port() {
    return 1;
  }
}
