package dev.why502.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.why502.definition.Dialogue;
import dev.why502.definition.Dialogue.Turn;
import dev.why502.definition.IpChoice;
import dev.why502.definition.Visit;
import dev.why502.evidence.Resolution;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import dev.why502.observation.Presented;
import dev.why502.observation.Visited;
import dev.why502.probe.Prober.Tools;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.security.cert.TrustAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One visit: a name, one of its addresses, a connection, and a request or conversation on it, phase
 * by phase under one deadline. Everything happens on one event loop; every callback first asks
 * whether the visit is over. It is not {@link Run}: there, whatever address answers will do, and
 * the answer is held against an expectation.
 */
final class VisitRun {
  private final Tools tools;
  private final OnLoop onLoop;
  private final Visit visit;
  private final Guard guard;
  private final Promise<Visited> promise;
  private final Instant at;
  private final Trace trace;
  private final long deadlineNanos;

  private boolean over;
  private boolean refused;
  private long timer = -1;
  private @Nullable Connector connector;
  private @Nullable Line line;
  private @Nullable Exchange exchange;
  private @Nullable String address;
  private List<String> addresses = List.of();
  private @Nullable String dnsDetail;
  private @Nullable Certificate certificate;
  private @Nullable Presented presented;

  VisitRun(
      Tools tools, ContextInternal context, Visit visit, Guard guard, Promise<Visited> promise) {
    this.tools = tools;
    this.onLoop = new OnLoop(context, () -> over);
    this.visit = visit;
    this.guard = guard;
    this.promise = promise;
    this.at = tools.clock().instant();
    long now = System.nanoTime();
    this.trace = new Trace(now);
    this.deadlineNanos = now + Math.max(1, visit.timeout().toMillis()) * 1_000_000;
  }

  /** To be called on the visit's event loop. */
  void start() {
    timer = tools.vertx().setTimer(remainingMillis(), id -> onDeadline());
    String host = visit.where().host();
    Resolution literal = tools.resolver().literal(host);
    if (literal != null) {
      resolved(literal);
      return;
    }
    trace.enter(Phase.RESOLVE, System.nanoTime());
    onLoop.after(
        tools.resolver().resolve(host, Duration.ofMillis(remainingMillis())),
        lookup -> resolved(lookup.result()));
  }

  private int remainingMillis() {
    return (int) Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
  }

  private void onDeadline() {
    Connector connecting = connector;
    if (trace.open() == Phase.RESOLVE) {
      dnsDetail = "timeout";
      end(new Failure(FailureKind.NAME, "no answer from DNS in time"));
    } else if (trace.open() == Phase.CONNECT && connecting != null) {
      end(connecting.atDeadline());
    } else {
      end(new Failure(FailureKind.TIMEOUT, "no end within " + visit.timeout().toMillis() + " ms"));
    }
  }

  private void resolved(Resolution resolution) {
    addresses = resolution.addresses();
    String failure = resolution.failure();
    String chosen = failure == null ? chosen(addresses, visit.ips()) : null;
    if (chosen == null) {
      dnsDetail = failure == null ? "no address" : failure;
      end(
          new Failure(
              FailureKind.NAME,
              failure == null
                  ? "no address of the family asked for among " + String.join(", ", addresses)
                  : resolution.summary()));
      return;
    }
    trace.enter(Phase.CONNECT, System.nanoTime());
    String canonical = Addresses.canonical(chosen);
    address = canonical;
    int port = visit.where().port();
    if (!guard.allows(visit.where().host(), canonical, port)) {
      refused = true;
      end(Addresses.refused(Addresses.text(canonical, port)));
      return;
    }
    Connector attempt =
        new Connector(
            tools.vertx(),
            tools.client(),
            Addresses.inOrder(List.of(canonical), port),
            remainingMillis(),
            this::connected,
            this::notConnected);
    connector = attempt;
    attempt.start();
  }

  /** The first address of the preferred family, or of the other where that will do. */
  private static @Nullable String chosen(List<String> addresses, IpChoice ips) {
    for (String one : addresses) {
      if (Addresses.canonical(one).indexOf(':') >= 0 == ips.six()) {
        return one;
      }
    }
    return ips.fallback() && !addresses.isEmpty() ? addresses.get(0) : null;
  }

  private void notConnected(Failure failure) {
    if (failure.kind() == FailureKind.RESET) {
      // As in a run: a reset that answers the SYN is a refusal, and this one came later.
      trace.enter(visit.target().scheme().tls() ? Phase.TLS : Phase.PROCESSING, System.nanoTime());
    }
    end(failure);
  }

  private void connected(NetSocket socket, SocketAddress used) {
    Line open = new Line(tools.vertx(), socket);
    if (over) {
      open.drop();
      return;
    }
    connector = null;
    line = open;
    if (visit.target().scheme().tls()) {
      secure(open, () -> speak(open));
    } else {
      speak(open);
    }
  }

  private void secure(Line open, Runnable then) {
    trace.enter(Phase.TLS, System.nanoTime());
    Handshake.start(
        open.socket(),
        visit.serverName(),
        visit.target().scheme().http(),
        visit.tls(),
        ended -> shook(open, ended, then));
  }

  private void shook(Line open, Handshake.Ended ended, Runnable then) {
    if (over) {
      return;
    }
    SSLSession session = ended.session();
    if (session == null) {
      Throwable cause = ended.cause() == null ? new IllegalStateException() : ended.cause();
      certificate = Handshake.broken(cause, open.broken());
      end(Handshake.failure(cause, open.broken()));
      return;
    }
    trace.close(System.nanoTime());
    onLoop.after(
        tools.authorities().of(visit.tls().ca()),
        anchors -> {
          if (anchors.failed()) {
            end(new Failure(FailureKind.LOCAL, "ca: " + Failure.words(anchors.cause())));
          } else {
            judge(session, anchors.result(), then);
          }
        });
  }

  private void judge(SSLSession session, Set<TrustAnchor> anchors, Runnable then) {
    Instant now = tools.clock().instant();
    Certificate seen =
        Handshake.with(
            session,
            tools.judge().judge(Handshake.chain(session), visit.serverName(), anchors, now));
    certificate = seen;
    if (seen.problem() != null && !visit.tls().insecure()) {
      String detail = seen.detail();
      end(new Failure(FailureKind.TLS, detail == null ? seen.problem().name() : detail));
      return;
    }
    presented = Presentation.of(session, visit.tls().insecure() ? null : anchors, now);
    then.run();
  }

  private void speak(Line open) {
    Dialogue dialogue = visit.dialogue();
    if (visit.target().scheme().http()) {
      Hop hop =
          new Hop(visit.target(), visit.where(), visit.method(), visit.body(), visit.headers());
      Exchange next = new Exchange(open, trace, hop, true, this::answered);
      exchange = next;
      next.start("1.1", false);
    } else if (dialogue == null) {
      end(null);
    } else {
      trace.enter(Phase.PROCESSING, System.nanoTime());
      take(open, dialogue, dialogue.opened());
    }
  }

  private void answered() {
    trace.close(System.nanoTime());
    Exchange done = exchange;
    end(done == null ? null : done.failure());
  }

  private void take(Line open, Dialogue dialogue, Turn turn) {
    if (over) {
      return;
    }
    if (!turn.send().isEmpty() && !open.closed()) {
      open.socket().write(Buffer.buffer(turn.send().getBytes(ISO_8859_1))).onFailure(open::broke);
    }
    switch (turn.next()) {
      case LISTEN ->
          open.listen(
              data -> take(open, dialogue, dialogue.heard(data.toString(ISO_8859_1))),
              broken -> ended(dialogue, broken));
      case START_TLS -> {
        open.hush();
        secure(
            open,
            () -> {
              trace.enter(Phase.PROCESSING, System.nanoTime());
              take(open, dialogue, dialogue.secured());
            });
      }
      case END -> end(null);
    }
  }

  private void ended(Dialogue dialogue, @Nullable Throwable broken) {
    if (over) {
      return;
    }
    if (dialogue.closed().next() == Dialogue.Next.END) {
      end(null);
    } else {
      end(
          broken == null
              ? new Failure(FailureKind.CLOSED, "closed before the conversation was over")
              : Failure.ofTransfer(broken));
    }
  }

  private void end(@Nullable Failure failure) {
    if (over) {
      return;
    }
    over = true;
    tools.vertx().cancelTimer(timer);
    long now = System.nanoTime();
    trace.close(now);
    if (connector != null) {
      connector.abandon();
    }
    part(failure != null);
    Exchange done = exchange;
    promise.complete(
        new Visited(
            address,
            addresses,
            trace.open(),
            failure == null ? null : failure.kind(),
            refused,
            failure == null ? null : failure.detail(),
            dnsDetail,
            trace.totalMillis(now),
            trace.millis(),
            done == null ? null : done.response(),
            done == null ? "" : new String(done.raw().kept(), ISO_8859_1),
            done != null && done.raw().cut(),
            certificate,
            presented,
            done == null ? null : done.firstBytes(),
            at));
  }

  private void part(boolean failed) {
    Line open = line;
    if (open == null) {
      return;
    }
    Exchange done = exchange;
    if (failed) {
      open.drop();
    } else if (done == null || done.raw().cut()) {
      open.close();
    } else {
      open.leave();
    }
  }
}
