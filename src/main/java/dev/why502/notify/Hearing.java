package dev.why502.notify;

/** Who hears what becomes of notices. Called on the notifier's context; must not block or throw. */
public interface Hearing {
  /**
   * The receiver really has it.
   *
   * @param outcome for people; without anything secret
   */
  void delivered(String key, String outcome);

  /**
   * It was given up: refused, tried too often, or pushed out of a full queue.
   *
   * @param why for people; without anything secret
   */
  void givenUp(String key, String receiver, String why);

  /**
   * A receiver can no longer be told, or can again. Said once for each.
   *
   * @param why null when it can again
   */
  void failing(String receiver, @org.jspecify.annotations.Nullable String why);
}
