package dev.why502.notify;

/**
 * What a receiver answered to one message.
 *
 * @param words for people; without anything secret
 */
public record Receipt(boolean taken, String words) {}
