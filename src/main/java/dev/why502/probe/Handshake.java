package dev.why502.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.why502.definition.TlsTerms;
import dev.why502.observation.Certificate;
import dev.why502.observation.Certificate.Problem;
import dev.why502.observation.FailureKind;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.vertx.core.internal.net.NetSocketInternal;
import java.io.IOException;
import java.net.IDN;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a connected socket. Netty's handler is put in place here and not by {@code upgradeToSsl},
 * because an engine that is told the peer's address resumes an earlier session, and a resumed
 * session shows no certificate: a new visitor has none to resume.
 */
final class Handshake {
  /** Accepts every chain: {@link CertificateJudge} decides, before anything is sent. */
  static final TrustManager ACCEPT_ALL = new AcceptAll();

  private static final SSLContext CONTEXT = context();

  /** How long our own farewell may take on a peer that reads nothing. */
  private static final long FAREWELL_MILLIS = 50;

  private static final int DEEPEST_CAUSE = 8;

  private static final String CLOSED_WITHIN =
      "Connection closed while SSL/TLS handshake was in progress";

  private Handshake() {}

  /** What the handshake ended with: a session, or what broke it. */
  record Ended(@Nullable SSLSession session, @Nullable Throwable cause) {}

  /**
   * @param host name to ask for; an IP literal is not sent (RFC 6066, 3)
   * @param http whether "http/1.1" is offered by ALPN
   */
  static void start(NetSocketInternal socket, String host, boolean http, Consumer<Ended> done) {
    start(socket, host, http, TlsTerms.DEFAULT, done);
  }

  /**
   * As above, with no other versions than the terms allow. Of the terms nothing else counts here.
   */
  static void start(
      NetSocketInternal socket, String host, boolean http, TlsTerms terms, Consumer<Ended> done) {
    SSLEngine engine = CONTEXT.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    SNIHostName name = serverName(host);
    if (name != null) {
      parameters.setServerNames(List.of(name));
    }
    if (http) {
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
    }
    String[] versions = versions(parameters.getProtocols(), terms);
    if (versions.length == 0) {
      done.accept(new Ended(null, new SSLException("no TLS version is both allowed and spoken")));
      return;
    }
    parameters.setProtocols(versions);
    engine.setSSLParameters(parameters);
    SslHandler handler = new SslHandler(engine);
    // The run's own deadline bounds it.
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
    handler
        .handshakeFuture()
        .addListener(
            future ->
                done.accept(
                    future.isSuccess()
                        ? new Ended(engine.getSession(), null)
                        : new Ended(null, future.cause())));
    socket.channelHandlerContext().pipeline().addFirst("ssl", handler);
  }

  /** "TLSv1.2" and "TLSv1.3" stand in the order of their text. */
  private static String[] versions(String[] spoken, TlsTerms terms) {
    String least = terms.minVersion();
    String most = terms.maxVersion();
    return Arrays.stream(spoken)
        .filter(one -> least == null || one.compareTo(least) >= 0)
        .filter(one -> most == null || one.compareTo(most) <= 0)
        .toArray(String[]::new);
  }

  /**
   * Loads what the first handshake of a Java process loads, which takes it a second on a busy
   * machine and would be charged to the peer. Blocks.
   */
  static void warmUp() {
    try {
      SSLEngine engine = CONTEXT.createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    } catch (SSLException e) {
      // Then the first run will say so.
    }
  }

  /** The presented chain, leaf first; empty when none was. */
  static List<X509Certificate> chain(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (java.security.cert.Certificate one : session.getPeerCertificates()) {
        if (one instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      // An anonymous peer: the chain stays empty.
    }
    return chain;
  }

  /** The judged certificate with what the session shows besides. */
  static Certificate with(SSLSession session, Certificate judged) {
    return new Certificate(
        session.getProtocol(),
        session.getCipherSuite(),
        judged.subject(),
        judged.issuer(),
        judged.notBefore(),
        judged.notAfter(),
        judged.names(),
        judged.problem(),
        judged.detail());
  }

  /**
   * The manner in which a handshake broke: a peer that resets or closes in it says nothing of TLS.
   *
   * @param broken what broke the connection below TLS, or null
   */
  static Failure failure(Throwable cause, @Nullable Throwable broken) {
    if (broken != null && !isTls(broken)) {
      return Failure.ofTransfer(broken);
    }
    Throwable deepest = cause;
    for (int i = 0; i < DEEPEST_CAUSE && deepest.getCause() != null; i++) {
      deepest = deepest.getCause();
    }
    if (deepest instanceof ClosedChannelException
        // Netty's own exception for it has a type that is not public.
        || CLOSED_WITHIN.equals(deepest.getMessage())) {
      return new Failure(FailureKind.CLOSED, "closed during the TLS handshake");
    }
    boolean below = deepest instanceof IOException && !isTls(deepest);
    return below
        ? Failure.ofTransfer(deepest)
        : new Failure(FailureKind.TLS, Failure.words(deepest));
  }

  private static boolean isTls(Throwable thrown) {
    return thrown instanceof SSLException || thrown instanceof DecoderException;
  }

  /** A handshake that broke: NOT_TLS, ALERT or HANDSHAKE; null where the connection did. */
  static @Nullable Certificate broken(Throwable cause, @Nullable Throwable broken) {
    Failure failure = failure(cause, broken);
    if (failure.kind() != FailureKind.TLS) {
      return null;
    }
    Problem problem = Problem.HANDSHAKE;
    Throwable one = cause;
    for (int i = 0; one != null && i < DEEPEST_CAUSE; i++, one = one.getCause()) {
      String message = one.getMessage();
      if (one instanceof NotSslRecordException) {
        problem = Problem.NOT_TLS;
      } else if (one instanceof SSLException
          && message != null
          // The JDK has no type for it.
          && message.contains("Received fatal alert")) {
        problem = Problem.ALERT;
      }
    }
    return new Certificate(
        null, null, null, null, null, null, List.of(), problem, failure.detail());
  }

  private static @Nullable SNIHostName serverName(String host) {
    if (host.isEmpty() || NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      return null;
    }
    try {
      String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      return new SNIHostName(IDN.toASCII(bare).getBytes(US_ASCII));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {ACCEPT_ALL}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has TLS", e);
    }
  }

  private static final class AcceptAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
