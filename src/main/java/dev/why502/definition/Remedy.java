package dev.why502.definition;

/** A program that its owner permits to be run against a cause. */
public record Remedy(String id) {}
