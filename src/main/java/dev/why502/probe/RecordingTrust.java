package dev.why502.probe;

import dev.why502.observation.Certificate;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Judges a chain within the handshake, and remembers what it saw, for one connection. */
final class RecordingTrust extends X509ExtendedTrustManager {
  private final CertificateJudge judge;
  private final String host;
  private final Set<TrustAnchor> anchors;
  private final boolean insecure;
  private final InstantSource clock;
  private volatile @Nullable Certificate seen;

  RecordingTrust(
      CertificateJudge judge,
      String host,
      Set<TrustAnchor> anchors,
      boolean insecure,
      InstantSource clock) {
    this.judge = judge;
    this.host = host;
    this.anchors = anchors;
    this.insecure = insecure;
    this.clock = clock;
  }

  @Nullable Certificate seen() {
    return seen;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    Certificate judged = judge.judge(List.of(chain), host, anchors, clock.instant());
    seen = judged;
    if (judged.problem() != null && !insecure) {
      throw new CertificateException(judged.detail());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no server here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no server here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("no server here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
