package dev.why502.probe;

import dev.why502.observation.FailureKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers, as a browser does (RFC 8305): the next
 * one is tried after {@value #STAGGER_MILLIS} ms, or at once when one failed; the first connection
 * wins and the others are closed.
 *
 * <p>Where all fail, the run's failure is the one they share; where they differ, UNREACHABLE and
 * LOCAL ones give way (a host without IPv6 has no route to an IPv6 address, which tells nothing
 * about the peer), and of the rest the address tried first counts.
 */
final class Connector {
  static final long STAGGER_MILLIS = 250;

  private final Vertx vertx;
  private final NetClient client;
  private final List<SocketAddress> addresses;
  private final int timeoutMillis;
  private final BiConsumer<NetSocket, SocketAddress> connected;
  private final Consumer<Failure> failed;
  private final @Nullable Failure[] failures;
  private int next;
  private int open;
  private boolean ended;
  private long timer = -1;

  Connector(
      Vertx vertx,
      NetClient client,
      List<SocketAddress> addresses,
      int timeoutMillis,
      BiConsumer<NetSocket, SocketAddress> connected,
      Consumer<Failure> failed) {
    this.vertx = vertx;
    this.client = client;
    this.addresses = addresses;
    this.timeoutMillis = timeoutMillis;
    this.connected = connected;
    this.failed = failed;
    this.failures = new @Nullable Failure[addresses.size()];
  }

  void start() {
    tryNext();
  }

  /** The run is over: what still connects is closed as soon as it does. */
  void abandon() {
    ended = true;
    vertx.cancelTimer(timer);
  }

  /** The address tried last, as text. */
  String lastText() {
    return Addresses.text(addresses.get(Math.max(0, next - 1)));
  }

  /** What it comes to when time is up while attempts are open. */
  Failure atDeadline() {
    Failure known = failures[0];
    return known == null || givesWay(known)
        ? new Failure(FailureKind.TIMEOUT, "no answer to the connection attempt")
        : known;
  }

  private static boolean givesWay(Failure failure) {
    return failure.kind() == FailureKind.UNREACHABLE || failure.kind() == FailureKind.LOCAL;
  }

  private @Nullable Failure verdict() {
    Failure telling = null;
    Failure any = null;
    for (Failure failure : failures) {
      if (failure == null) {
        continue;
      }
      any = any == null ? failure : any;
      if (!givesWay(failure) && telling == null) {
        telling = failure;
      }
    }
    return telling == null ? any : telling;
  }

  private void tryNext() {
    int index = next++;
    SocketAddress address = addresses.get(index);
    open++;
    Future<NetSocket> attempt =
        client.connect(
            new ConnectOptions().setRemoteAddress(address).setTimeout(timeoutMillis).setSsl(false));
    attempt.onComplete(
        result -> {
          open--;
          if (result.succeeded()) {
            if (ended) {
              result.result().close();
            } else {
              abandon();
              connected.accept(result.result(), address);
            }
          } else if (!ended) {
            failures[index] = Failure.ofConnect(result.cause(), address.isDomainSocket());
            oneFailed();
          }
        });
    if (next < addresses.size()) {
      timer = vertx.setTimer(STAGGER_MILLIS, id -> onTimer());
    }
  }

  private void onTimer() {
    if (!ended && next < addresses.size()) {
      tryNext();
    }
  }

  private void oneFailed() {
    if (next < addresses.size()) {
      vertx.cancelTimer(timer);
      tryNext();
    } else if (open == 0) {
      ended = true;
      Failure verdict = verdict();
      failed.accept(verdict == null ? new Failure(FailureKind.LOCAL, "no address") : verdict);
    }
  }
}
