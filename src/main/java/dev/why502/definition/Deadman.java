package dev.why502.definition;

import java.time.Duration;

/**
 * Somebody outside who raises the alarm when we fall silent.
 *
 * @param url asked with GET as long as all is well with us; a secret
 */
public record Deadman(Target url, Duration interval) {
  /** Without the address: whoever has it can tell that we are well when we are not. */
  @Override
  public String toString() {
    return "every " + interval;
  }
}
