package dev.why502.definition;

/**
 * A conversation over TCP, told what is heard and asked what to do. It keeps its own place. Text is
 * bytes, one char for each (ISO 8859-1).
 */
public interface Dialogue {
  /** The connection stands. */
  Turn opened();

  /** Bytes came. */
  Turn heard(String bytes);

  /** TLS, which the last turn asked for, is spoken. */
  Turn secured();

  /** The peer says no more. */
  Turn closed();

  /**
   * What to do now.
   *
   * @param send to be sent first; empty for nothing
   */
  record Turn(Next next, String send) {
    public static final Turn WAIT = new Turn(Next.LISTEN, "");
    public static final Turn END = new Turn(Next.END, "");
  }

  /** What comes after sending. */
  enum Next {
    LISTEN,
    START_TLS,
    END
  }
}
