package dev.why502.definition;

import java.time.Duration;

/**
 * Somebody outside who raises the alarm when we fall silent.
 *
 * @param url asked with GET as long as all is well with us; a secret
 */
public record Deadman(String url, Duration interval) {}
