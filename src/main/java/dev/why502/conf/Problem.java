package dev.why502.conf;

/**
 * One fault of a definitions file. Both parts are safe to print: one line, bounded, without control
 * characters and without a secret's value.
 *
 * @param pointer JSON pointer (RFC 6901) of the value at fault; empty for the whole document
 * @param message what is wrong there
 */
public record Problem(String pointer, String message) {
  public Problem {
    pointer = Printable.of(pointer);
    message = Printable.of(message);
  }

  /** The text form, {@code pointer: message}. */
  @Override
  public String toString() {
    return (pointer.isEmpty() ? "(whole file)" : pointer) + ": " + message;
  }
}
