package dev.why502.probe;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.evidence.Resolution;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import dev.why502.probe.Prober.Tools;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One run of one probe: hop by hop, phase by phase, under one deadline. Everything happens on one
 * event loop; every callback first asks whether the run is over.
 */
final class Run {
  /** Redirects followed. */
  private static final int MOST_HOPS = 10;

  /** Statuses that lead elsewhere (RFC 9110, 15.4). */
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** What a run gets beyond its deadline when this process, not the peer, was late for it. */
  private static final long REPRIEVE_MILLIS = 20;

  /** Bodies above this are judged off the event loop: a pattern may take its time on them. */
  private static final int JUDGED_HERE = 32 * 1024;

  private final Tools tools;
  private final ContextInternal context;
  private final OnLoop onLoop;
  private final Probe probe;
  private final double lateMillis;
  private final Guard guard;
  private final @Nullable Duration idle;
  private final @Nullable IdleWatch watch;
  private final Promise<Observation> promise;
  private final Pulse pulse;
  private final long stoodBeforeNanos;

  private Instant at;
  private Trace trace;
  private Hop hop;
  private boolean over;
  private boolean reused;
  private boolean repeated;
  private boolean reprieved;
  private long deadline = -1;
  private long deadlineNanos;
  private @Nullable Connector connector;
  private @Nullable Line line;
  private @Nullable Reply reply;
  private @Nullable Http2Exchange http2;

  private @Nullable String address;
  private @Nullable String local;
  private List<String> addresses = List.of();
  private @Nullable Certificate certificate;
  private @Nullable String dnsDetail;
  private final List<String> redirects = new ArrayList<>();
  private final Set<String> visited = new HashSet<>();

  Run(
      Tools tools,
      ContextInternal context,
      Probe probe,
      double lateMillis,
      Guard guard,
      @Nullable Duration idle,
      @Nullable IdleWatch watch,
      Promise<Observation> promise) {
    this.tools = tools;
    this.context = context;
    this.onLoop = new OnLoop(context, () -> over);
    this.probe = probe;
    this.lateMillis = lateMillis;
    this.guard = guard;
    this.idle = idle;
    this.watch = watch;
    this.promise = promise;
    this.at = tools.clock().instant();
    this.trace = new Trace(System.nanoTime());
    this.hop = Hop.first(probe);
    this.pulse = tools.pulse(context);
    this.stoodBeforeNanos = pulse.stoodNanos(System.nanoTime());
  }

  private Run again(double stoodMillis) {
    Run again =
        new Run(tools, context, probe, lateMillis + stoodMillis, guard, idle, watch, promise);
    again.repeated = true;
    return again;
  }

  /** To be called on the run's event loop. */
  void start() {
    armDeadline();
    beginHop();
  }

  private void armDeadline() {
    long millis = Math.max(1, probe.timeout().toMillis());
    deadlineNanos = System.nanoTime() + millis * 1_000_000;
    deadline = tools.vertx().setTimer(millis, id -> onDeadline());
  }

  private int remainingMillis() {
    return (int) Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
  }

  private void onDeadline() {
    long lateNanos = System.nanoTime() - deadlineNanos;
    if (over) {
      return;
    }
    if (lateNanos > REPRIEVE_MILLIS * 1_000_000 && !reprieved) {
      // Our own loop was held up: the answer may be there and unread.
      reprieved = true;
      deadline = tools.vertx().setTimer(REPRIEVE_MILLIS, id -> onDeadline());
      return;
    }
    Connector connecting = connector;
    if (trace.open() == Phase.RESOLVE) {
      dnsDetail = "timeout";
      fail(new Failure(FailureKind.NAME, "no answer from DNS in time"));
    } else if (trace.open() == Phase.CONNECT && connecting != null) {
      address = connecting.lastText();
      fail(connecting.atDeadline());
    } else {
      fail(new Failure(FailureKind.TIMEOUT, "no end within " + probe.timeout().toMillis() + " ms"));
    }
  }

  private void beginHop() {
    visited.add(hop.key());
    Endpoint where = hop.where();
    String path = where.socket();
    if (path != null) {
      trace.enter(Phase.CONNECT, System.nanoTime());
      if (guard.allows("", path, 0)) {
        connect(List.of(SocketAddress.domainSocketAddress(path)));
      } else {
        fail(Addresses.refused(where.text()));
      }
      return;
    }
    Resolution literal = tools.resolver().literal(where.host());
    if (literal != null) {
      resolved(literal);
      return;
    }
    trace.enter(Phase.RESOLVE, System.nanoTime());
    onLoop.after(
        tools.resolver().resolve(where.host(), Duration.ofMillis(remainingMillis())),
        lookup -> resolved(lookup.result()));
  }

  private void resolved(Resolution resolution) {
    addresses = resolution.addresses();
    String failure = resolution.failure();
    if (failure != null) {
      dnsDetail = failure;
      fail(new Failure(FailureKind.NAME, resolution.summary()));
      return;
    }
    trace.enter(Phase.CONNECT, System.nanoTime());
    Endpoint where = hop.where();
    for (String one : addresses) {
      if (!guard.allows(where.host(), Addresses.canonical(one), where.port())) {
        address = Addresses.text(one, where.port());
        fail(Addresses.refused(address));
        return;
      }
    }
    connect(Addresses.inOrder(addresses, where.port()));
  }

  private void speakHttp2(SocketAddress to) {
    onLoop.after(
        tools.authorities().of(probe.request().ca()),
        anchors -> {
          if (anchors.failed()) {
            fail(new Failure(FailureKind.LOCAL, "ca: " + Failure.words(anchors.cause())));
            return;
          }
          Http2Exchange next =
              new Http2Exchange(tools, context, trace, hop, probe, anchors.result());
          http2 = next;
          reply = next;
          next.start(to, remainingMillis(), () -> answeredByHttp2(next));
        });
  }

  private void answeredByHttp2(Http2Exchange ended) {
    if (ended.certificate() != null) {
      certificate = ended.certificate();
    }
    answered(null);
  }

  private void connect(List<SocketAddress> candidates) {
    Connector attempt =
        new Connector(
            tools.vertx(),
            tools.client(),
            candidates,
            remainingMillis(),
            this::connected,
            failure -> notConnected(failure));
    connector = attempt;
    attempt.start();
  }

  private void notConnected(Failure failure) {
    Connector tried = connector;
    if (over || tried == null) {
      return;
    }
    address = tried.lastText();
    if (failure.kind() == FailureKind.RESET) {
      // A reset that answers the SYN is a refusal; this one came after the handshake was whole.
      trace.enter(hop.target().scheme().tls() ? Phase.TLS : Phase.PROCESSING, System.nanoTime());
    }
    String path = hop.where().socket();
    if (path == null || failure.kind() != FailureKind.REFUSED) {
      fail(failure);
      return;
    }
    // Linux refuses a connection to a plain file, too, and that is a missing socket.
    onLoop.after(
        tools.vertx().executeBlocking(() -> Addresses.isSocket(path), false),
        socket ->
            fail(
                socket.succeeded() && !socket.result()
                    ? new Failure(FailureKind.MISSING, path + " is no socket")
                    : failure));
  }

  private void connected(NetSocket socket, SocketAddress used) {
    Line open = new Line(tools.vertx(), socket);
    if (over) {
      open.drop();
      return;
    }
    connector = null;
    address = Addresses.text(used);
    local = used.isDomainSocket() ? null : Addresses.text(socket.localAddress());
    Scheme scheme = hop.target().scheme();
    if (probe.request().httpVersion().equals("2") && scheme.http() && !scheme.webSocket()) {
      // The client makes a connection of its own, and says neither when nor where it stood.
      open.drop();
      speakHttp2(used);
      return;
    }
    line = open;
    if (scheme.tls()) {
      trace.enter(Phase.TLS, System.nanoTime());
      Handshake.start(
          open.socket(),
          hop.target().endpoint().host(),
          scheme.http(),
          ended -> shook(open, ended));
    } else if (scheme == Scheme.TCP) {
      trace.close(System.nanoTime());
      succeed(null, List.of());
    } else {
      send(open);
    }
  }

  private void shook(Line open, Handshake.Ended ended) {
    if (over) {
      return;
    }
    SSLSession session = ended.session();
    if (session == null) {
      Throwable cause = ended.cause() == null ? new IllegalStateException() : ended.cause();
      fail(Handshake.failure(cause, open.broken()), Handshake.broken(cause, open.broken()));
      return;
    }
    trace.close(System.nanoTime());
    onLoop.after(
        tools.authorities().of(probe.request().ca()),
        anchors -> {
          if (anchors.failed()) {
            String detail = "ca: " + Failure.words(anchors.cause());
            fail(new Failure(FailureKind.LOCAL, detail));
          } else {
            judgeCertificate(open, session, anchors.result());
          }
        });
  }

  private void judgeCertificate(Line open, SSLSession session, Set<TrustAnchor> anchors) {
    List<X509Certificate> chain = Handshake.chain(session);
    String host = hop.target().endpoint().host();
    Certificate seen =
        Handshake.with(session, tools.judge().judge(chain, host, anchors, tools.clock().instant()));
    certificate = seen;
    if (seen.problem() != null && !probe.request().insecure()) {
      String detail = seen.detail();
      fail(new Failure(FailureKind.TLS, detail == null ? seen.problem().name() : detail), seen);
    } else if (hop.target().scheme().http()) {
      send(open);
    } else {
      succeed(null, List.of());
    }
  }

  private void send(Line open) {
    Exchange next =
        new Exchange(open, trace, hop, Judgement.needsBody(probe.expect()), () -> answered(open));
    reply = next;
    next.start(probe.request().httpVersion(), idle != null || watch != null);
  }

  private void answered(@Nullable Line open) {
    Reply ended = reply;
    if (over || ended == null) {
      return;
    }
    trace.close(System.nanoTime());
    Failure failure = ended.failure();
    if (failure != null) {
      fail(failure);
      return;
    }
    if (open != null && watch != null) {
      watchIdle(open, ended, watch);
      return;
    }
    if (open != null && idle != null && !reused && ended.persistent()) {
      waitIdle(open, idle);
      return;
    }
    String location = ended.header("location");
    if (probe.request().followRedirects()
        && location != null
        && REDIRECTS.contains(ended.status())) {
      redirected(open, ended, location);
      return;
    }
    judge(ended, List.of());
  }

  private void redirected(@Nullable Line open, Reply ended, String location) {
    Hop next = hop.redirected(ended.status(), location);
    if (next == null) {
      judge(ended, List.of());
      return;
    }
    redirects.add(next.target().text());
    boolean seen = visited.contains(next.key());
    if (seen || redirects.size() > MOST_HOPS) {
      judge(
          ended,
          List.of(
              new Mismatch(
                  Mismatch.What.REDIRECT_LOOP,
                  "an end within " + MOST_HOPS + " redirects",
                  seen ? "leads back to " + next.target().text() : "more than " + MOST_HOPS)));
      return;
    }
    if (open != null) {
      open.leave();
    }
    line = null;
    reply = null;
    http2 = null;
    hop = next;
    beginHop();
  }

  /** The answer stands; what is still to be seen is when the peer closes the connection. */
  private void watchIdle(Line open, Reply ended, IdleWatch held) {
    held.kept = ended.persistent();
    held.saidMillis = held.kept ? IdleWatch.said(ended.header("keep-alive")) : -1;
    if (!held.kept || held.saidMillis >= 0 || held.atMostMillis == 0) {
      judge(ended, List.of());
      return;
    }
    tools.vertx().cancelTimer(deadline);
    long fromNanos = System.nanoTime();
    long timer =
        tools
            .vertx()
            .setTimer(
                held.atMostMillis,
                id -> {
                  held.heldMillis = (System.nanoTime() - fromNanos) / 1e6;
                  open.hush();
                  judge(ended, List.of());
                });
    open.listen(
        unasked -> {},
        broken -> {
          tools.vertx().cancelTimer(timer);
          held.heldMillis = (System.nanoTime() - fromNanos) / 1e6;
          held.closed = true;
          judge(ended, List.of());
        });
  }

  private void waitIdle(Line open, Duration idleTime) {
    tools.vertx().cancelTimer(deadline);
    tools
        .vertx()
        .setTimer(
            Math.max(1, idleTime.toMillis()),
            id -> {
              reused = true;
              at = tools.clock().instant();
              trace = new Trace(System.nanoTime());
              armDeadline();
              send(open);
            });
  }

  private void judge(Reply ended, List<Mismatch> before) {
    Response response = ended.response();
    if (response == null) {
      throw new AssertionError("an answer without a header was judged");
    }
    Expectation expect = probe.expect();
    List<Mismatch> mismatches = new ArrayList<>(before);
    mismatches.addAll(
        hop.target().scheme().webSocket()
            ? WebSocketJudgement.of(expect, response, ended.upgraded())
            : Judgement.ofHead(expect, response));
    if (!Judgement.needsBody(expect)) {
      succeed(response, mismatches);
      return;
    }
    byte[] body = ended.body();
    if (body.length <= JUDGED_HERE) {
      mismatches.addAll(Judgement.ofBody(expect, body));
      succeed(response, mismatches);
      return;
    }
    onLoop.after(
        tools.vertx().executeBlocking(() -> Judgement.ofBody(expect, body), false),
        judged -> {
          mismatches.addAll(judged.succeeded() ? judged.result() : List.of());
          succeed(response, mismatches);
        });
  }

  private void succeed(@Nullable Response response, List<Mismatch> found) {
    if (over) {
      return;
    }
    double millis = trace.totalMillis(System.nanoTime());
    List<Mismatch> mismatches = new ArrayList<>(found);
    mismatches.addAll(
        Judgement.ofRun(probe.expect(), millis, certificate, tools.clock().instant()));
    partInPeace(response);
    Phase phase = response == null ? trace.open() : Phase.PROCESSING;
    Outcome outcome = mismatches.isEmpty() ? Outcome.EXPECTED : Outcome.UNEXPECTED;
    end(outcome, phase, null, millis, response, mismatches);
  }

  private void partInPeace(@Nullable Response response) {
    Line open = line;
    if (open == null) {
      return;
    }
    line = null;
    if (response != null && response.status() == 101 && hop.target().scheme().webSocket()) {
      open.socket().write(Exchange.closeFrame());
      open.leave();
    } else if (response == null || response.bodyCut() || idle != null || watch != null) {
      open.close();
    } else {
      open.leave();
    }
  }

  private void fail(Failure failure, @Nullable Certificate seen) {
    certificate = seen;
    fail(failure);
  }

  private void fail(Failure failure) {
    if (over) {
      return;
    }
    long now = System.nanoTime();
    trace.close(now);
    Reply broken = reply;
    Response response = broken == null ? null : broken.response();
    end(Outcome.FAILED, trace.open(), failure, trace.totalMillis(now), response, List.of());
  }

  private void end(
      Outcome outcome,
      Phase phase,
      @Nullable Failure failure,
      double millis,
      @Nullable Response response,
      List<Mismatch> mismatches) {
    over = true;
    tools.vertx().cancelTimer(deadline);
    if (connector != null) {
      connector.abandon();
    }
    if (line != null) {
      line.drop();
    }
    if (http2 != null) {
      http2.close();
    }
    double stoodMillis = stoodMillis();
    if (stoodMillis > 0 && outcome != Outcome.EXPECTED && mayRepeat()) {
      again(stoodMillis).start();
      return;
    }
    Reply last = reply;
    promise.complete(
        new Observation(
            probe.id(),
            probe.target().text(),
            address,
            local,
            addresses,
            outcome,
            phase,
            failure == null ? null : failure.kind(),
            millis,
            lateMillis + stoodMillis,
            trace.millis(),
            response,
            certificate,
            last == null ? null : last.firstBytes(),
            failure == null ? null : failure.detail(),
            dnsDetail,
            mismatches,
            redirects,
            at));
  }

  /** How long we ourselves stood still since the start; less than a beat's noise is nothing. */
  private double stoodMillis() {
    long nanos = pulse.stoodNanos(System.nanoTime()) - stoodBeforeNanos;
    return nanos < Pulse.STOOD_NANOS ? 0 : nanos / 1e6;
  }

  private boolean mayRepeat() {
    return !repeated && idle == null && watch == null && probe.request().safe();
  }
}
