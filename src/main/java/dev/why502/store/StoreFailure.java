package dev.why502.store;

/** Why something could not be stored or read, in words that hold no secret. */
public final class StoreFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** What helps against it. */
  public enum Kind {
    /** The owner must act: another process has the store, or a newer version wrote it. */
    REFUSED,
    /** The store cannot be reached, or is broken: opened again and tried again. */
    UNAVAILABLE,
    /** No room, or somebody else holds it for a moment: tried again as it stands. */
    FULL,
    /** What was to be stored cannot be; trying again would change nothing. */
    ENTRY,
    /** Left out, because too much was waiting. */
    DROPPED,
    /** The store is closed. */
    CLOSED
  }

  private final Kind kind;

  StoreFailure(Kind kind, String message) {
    // Without a stack: these are values that happen to travel as failures of futures.
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** What is not ours is a store that cannot be used. */
  static StoreFailure of(Throwable failure) {
    return failure instanceof StoreFailure ours
        ? ours
        : new StoreFailure(Kind.UNAVAILABLE, String.valueOf(failure.getMessage()));
  }
}
