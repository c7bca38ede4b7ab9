package dev.why502.planted.diagnosis;

/** Planted. */
public final class StartsAThread {
  private StartsAThread() {}

  static void run(Runnable work) {
    new Thread(work).start();
  }
}
