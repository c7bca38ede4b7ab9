package dev.why502.probe;

import dev.why502.observation.Certificate;
import dev.why502.observation.Certificate.Problem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a presented chain. The handshake itself accepts any, so that a bad one is
 * seen whole and named; judged here, before anything is sent. What counts, in this order:
 *
 * <ol>
 *   <li>UNTRUSTED: no path to an authority, at any time;
 *   <li>EXPIRED, NOT_YET_VALID: there is a path, and it is out of its time;
 *   <li>WRONG_HOST: it is valid for other names.
 * </ol>
 */
final class CertificateJudge {
  /** Judgements remembered: the same chain is seen at each run. */
  private static final int MOST_REMEMBERED = 4096;

  private static final long REMEMBERED_SECONDS = 60;
  private static final int MOST_NAMES = 100;
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final int DNS = 2;
  private static final int IP = 7;
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]{1,253})");

  private final Map<Key, Judged> remembered = new ConcurrentHashMap<>();

  private record Key(List<X509Certificate> chain, String host, Set<TrustAnchor> anchors) {
    // Two loadings of the authorities are told apart by identity: comparing them whole is dear.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && host.equals(key.host)
          && anchors == key.anchors
          && chain.equals(key.chain);
    }

    @Override
    public int hashCode() {
      return host.hashCode() * 31 + chain.hashCode();
    }
  }

  private record Judged(Certificate certificate, Instant at) {}

  /**
   * What the chain is and what is wrong with it, without protocol and cipher.
   *
   * @param chain as presented, leaf first; not empty
   * @param host the target's name or address
   */
  Certificate judge(
      List<X509Certificate> chain, String host, Set<TrustAnchor> anchors, Instant now) {
    Key key = new Key(chain, host, anchors);
    Judged known = remembered.get(key);
    if (known != null
        && !now.isBefore(known.at())
        && now.isBefore(known.at().plusSeconds(REMEMBERED_SECONDS))) {
      return known.certificate();
    }
    Certificate certificate = look(chain, host, anchors, now);
    if (remembered.size() >= MOST_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(key, new Judged(certificate, now));
    return certificate;
  }

  private static Certificate look(
      List<X509Certificate> chain, String host, Set<TrustAnchor> anchors, Instant now) {
    X509Certificate leaf = chain.get(0);
    List<String> names = names(leaf);
    Instant notBefore = leaf.getNotBefore().toInstant();
    Instant notAfter = leaf.getNotAfter().toInstant();
    for (X509Certificate one : chain) {
      Instant end = one.getNotAfter().toInstant();
      notAfter = end.isBefore(notAfter) ? end : notAfter;
    }
    Problem problem = null;
    String detail = pathProblem(chain, anchors, now);
    if (detail == null && leaf.getNotAfter().toInstant().isBefore(now)) {
      // A leaf that is its own authority is trusted by Java for ever, and by nobody else.
      problem = Problem.EXPIRED;
      detail = "valid from " + notBefore + " to " + notAfter;
    } else if (detail != null) {
      problem = timeProblem(chain, anchors, now);
      if (problem == null) {
        problem = Problem.UNTRUSTED;
      } else {
        detail = "valid from " + notBefore + " to " + notAfter;
      }
    } else if (!HostNames.match(names, host)) {
      problem = Problem.WRONG_HOST;
      detail = host + " is not among " + String.join(", ", names);
    }
    return new Certificate(
        null,
        null,
        leaf.getSubjectX500Principal().getName(),
        leaf.getIssuerX500Principal().getName(),
        notBefore,
        notAfter,
        names,
        problem,
        detail);
  }

  /** Whether the path would do at a time when all of it is valid. */
  private static @Nullable Problem timeProblem(
      List<X509Certificate> chain, Set<TrustAnchor> anchors, Instant now) {
    Problem problem = null;
    Instant begin = Instant.MIN;
    Instant end = Instant.MAX;
    for (X509Certificate one : chain) {
      Instant from = one.getNotBefore().toInstant();
      Instant to = one.getNotAfter().toInstant();
      if (to.isBefore(now)) {
        problem = Problem.EXPIRED;
      } else if (from.isAfter(now) && problem == null) {
        problem = Problem.NOT_YET_VALID;
      }
      begin = from.isAfter(begin) ? from : begin;
      end = to.isBefore(end) ? to : end;
    }
    boolean otherwiseGood =
        problem != null
            && (begin.isAfter(end)
                ? signedByAnchor(chain, anchors)
                : pathProblem(chain, anchors, begin) == null);
    return otherwiseGood ? problem : null;
  }

  /**
   * Whether each certificate signed the one before it up to an authority. For a chain whose parts
   * were never valid at one time, so that no date shows whether the path is good.
   */
  private static boolean signedByAnchor(List<X509Certificate> chain, Set<TrustAnchor> anchors) {
    X509Certificate last = chain.get(0);
    for (int depth = 0; depth <= chain.size(); depth++) {
      for (TrustAnchor anchor : anchors) {
        X509Certificate root = anchor.getTrustedCert();
        if (root != null && (root.equals(last) || signed(last, root))) {
          return true;
        }
      }
      X509Certificate issuer = null;
      for (X509Certificate other : chain) {
        if (!other.equals(last) && other.getBasicConstraints() >= 0 && signed(last, other)) {
          issuer = other;
        }
      }
      if (issuer == null) {
        return false;
      }
      last = issuer;
    }
    return false;
  }

  private static boolean signed(X509Certificate one, X509Certificate issuer) {
    if (!one.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      one.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException no) {
      return false;
    }
  }

  private static @Nullable String pathProblem(
      List<X509Certificate> chain, Set<TrustAnchor> anchors, Instant at) {
    try {
      X509CertSelector leaf = new X509CertSelector();
      leaf.setCertificate(chain.get(0));
      leaf.setExtendedKeyUsage(Set.of(SERVER_AUTH));
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(at));
      CertPathBuilder.getInstance("PKIX").build(parameters);
      return null;
    } catch (GeneralSecurityException | IOException e) {
      return Failure.words(e);
    }
  }

  /** DNS and IP names; the common name only where there is no DNS name, as OpenSSL does it. */
  private static List<String> names(X509Certificate leaf) {
    List<String> names = new ArrayList<>();
    boolean dns = false;
    try {
      Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        Object kind = alternative.get(0);
        boolean named = kind.equals(DNS);
        if ((named || kind.equals(IP)) && names.size() < MOST_NAMES) {
          names.add(String.valueOf(alternative.get(1)));
          dns |= named;
        }
      }
    } catch (CertificateParsingException e) {
      // A leaf whose names cannot be read has none: it is for no host.
    }
    if (!dns) {
      Matcher common = COMMON_NAME.matcher(leaf.getSubjectX500Principal().getName());
      if (common.find()) {
        names.add(common.group(1));
      }
    }
    return names;
  }
}
