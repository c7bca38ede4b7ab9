/**
 * What reads a kind of gateway, as interfaces, and what all kinds share: configurations in files,
 * patterns, addresses, drafts of routes, logs that are followed and rotated, processes, names of
 * peers. A package below for each kind.
 */
@NullMarked
package dev.why502.gateway;

import org.jspecify.annotations.NullMarked;
