package dev.why502.store;

/**
 * A message to somebody, kept until it is delivered or given up.
 *
 * @param key unique for ever: the same key is never stored twice
 * @param receiver its name in the definitions
 */
public record Outgoing(String key, String receiver, String json) {}
