package dev.why502.notify;

import io.vertx.core.Future;

/** Takes one notice to one receiver, once. The result never fails. */
interface Courier {
  Future<Attempt> carry(Notice notice);
}
