package dev.why502.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that a run trusts: the system's (Java's own trust store), read once,
 * or those of a PEM file, read again after {@value #FILE_SECONDS} s. Files are read off the event
 * loop.
 */
final class Authorities {
  private static final int FILE_SECONDS = 5;
  private static final int FILE_LIMIT = 4 << 20;
  private static final int MOST_FILES = 1000;
  private static final String SYSTEM = "";

  private final Vertx vertx;
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

  private record Loaded(Future<Set<TrustAnchor>> anchors, long nanos) {}

  Authorities(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Fails with an {@link IOException} or {@link GeneralSecurityException} for an unusable file. */
  Future<Set<TrustAnchor>> of(@Nullable String ca) {
    String key = ca == null ? SYSTEM : ca;
    Loaded known = loaded.get(key);
    long now = System.nanoTime();
    if (known != null
        && (ca == null
            || !known.anchors().isComplete()
            || now - known.nanos() < TimeUnit.SECONDS.toNanos(FILE_SECONDS))) {
      return known.anchors();
    }
    if (loaded.size() > MOST_FILES) {
      loaded.clear();
    }
    Future<Set<TrustAnchor>> anchors =
        vertx.executeBlocking(() -> ca == null ? system() : file(ca), false);
    loaded.put(key, new Loaded(anchors, now));
    return anchors;
  }

  private static Set<TrustAnchor> system() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    Set<TrustAnchor> anchors = new HashSet<>();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate authority : x509.getAcceptedIssuers()) {
          anchors.add(new TrustAnchor(authority, null));
        }
      }
    }
    return anchors;
  }

  private static Set<TrustAnchor> file(String ca) throws IOException, GeneralSecurityException {
    Path path = Path.of(ca);
    if (Files.size(path) > FILE_LIMIT) {
      throw new IOException(ca + " is over 4 MiB");
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    try (InputStream in = Files.newInputStream(path)) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(
              one -> {
                if (one instanceof X509Certificate authority) {
                  anchors.add(new TrustAnchor(authority, null));
                }
              });
    }
    if (anchors.isEmpty()) {
      throw new IOException(ca + " holds no certificate");
    }
    return anchors;
  }
}
