package dev.why502.host;

import java.util.concurrent.TimeUnit;

/** What /proc says of one pid. */
enum Life {
  ALIVE,
  /** Stopped by a signal or a tracer, or in uninterruptible sleep at each of several looks. */
  FROZEN,
  DEAD,
  NOT_KNOWN;

  private static final int LOOKS = 5;
  private static final long BETWEEN_LOOKS_MILLIS = 20;

  /** Blocks for up to {@value #LOOKS} times {@value #BETWEEN_LOOKS_MILLIS} ms. */
  static Life of(ProcFs proc, int pid) {
    // A disk wait is state D too, and passes: only one that lasts is worth telling.
    for (int look = 0; look < LOOKS; look++) {
      ProcFs.Stat stat = proc.stat(pid);
      if (stat == null) {
        return proc.showsOthers() ? DEAD : NOT_KNOWN;
      }
      if (stat.dead()) {
        return DEAD;
      }
      if (stat.stopped()) {
        return FROZEN;
      }
      if (stat.state() != 'D') {
        return ALIVE;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return ALIVE;
      }
    }
    return FROZEN;
  }
}
