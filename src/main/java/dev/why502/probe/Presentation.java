package dev.why502.probe;

import dev.why502.observation.Presented;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** What a TLS session shows of the peer's certificates. */
final class Presentation {
  /** GeneralName of RFC 5280, 4.2.1.6. */
  private static final Integer DNS = 2;

  private static final int MOST_NAMES = 256;

  private Presentation() {}

  /**
   * Of the leaf and the chain; null for a peer without a certificate.
   *
   * @param anchors that the chain was verified against, or null where any certificate would do
   */
  static @Nullable Presented of(
      SSLSession session, @Nullable Set<TrustAnchor> anchors, Instant now) {
    List<X509Certificate> chain = Handshake.chain(session);
    if (chain.isEmpty()) {
      return null;
    }
    X509Certificate leaf = chain.get(0);
    Instant earliest = leaf.getNotAfter().toInstant();
    for (X509Certificate one : chain) {
      earliest = earlier(earliest, one);
    }
    return new Presented(
        session.getProtocol(),
        session.getCipherSuite(),
        fingerprint(leaf),
        leaf.getSubjectX500Principal().getName(X500Principal.RFC2253),
        leaf.getIssuerX500Principal().getName(X500Principal.RFC2253),
        dnsNames(leaf),
        serial(leaf),
        earliest,
        anchors == null ? null : chainEnd(chain, anchors, now));
  }

  private static Instant earlier(Instant end, X509Certificate one) {
    Instant other = one.getNotAfter().toInstant();
    return other.isBefore(end) ? other : end;
  }

  private static String fingerprint(X509Certificate leaf) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a certificate that was read can be written", e);
    }
  }

  /** The bytes of the number, without those that only tell its sign. */
  private static String serial(X509Certificate leaf) {
    byte[] bytes = leaf.getSerialNumber().abs().toByteArray();
    int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    return HexFormat.of().formatHex(bytes, from, bytes.length);
  }

  private static List<String> dnsNames(X509Certificate leaf) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = leaf.getSubjectAlternativeNames();
      for (List<?> one : all == null ? List.<List<?>>of() : all) {
        if (one.get(0).equals(DNS) && names.size() < MOST_NAMES) {
          names.add(String.valueOf(one.get(1)));
        }
      }
    } catch (CertificateParsingException e) {
      // Names that cannot be read are none.
    }
    return names;
  }

  private static @Nullable Instant chainEnd(
      List<X509Certificate> chain, Set<TrustAnchor> anchors, Instant now) {
    try {
      X509CertSelector leaf = new X509CertSelector();
      leaf.setCertificate(chain.get(0));
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      PKIXCertPathBuilderResult built =
          (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      X509Certificate root = built.getTrustAnchor().getTrustedCert();
      Instant end = root == null ? Instant.MAX : root.getNotAfter().toInstant();
      for (Certificate one : built.getCertPath().getCertificates()) {
        end = one instanceof X509Certificate x509 ? earlier(end, x509) : end;
      }
      return end;
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
