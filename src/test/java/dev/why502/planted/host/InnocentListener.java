package dev.why502.planted.host;

/** Planted. */
public final class InnocentListener {
  private InnocentListener() {}

  public static int port() {
    return 1;
  }
}
