package dev.why502.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority of our own, and what a client that trusts it and nobody else gets.
 *
 * @param ca certificate of the authority, PEM
 * @param certificate of the site, PEM
 * @param key of the site, PEM
 */
record RealSiteTls(Path ca, Path certificate, Path key) {
  private static final String NEW =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30";

  static RealSiteTls of(Path directory, String name) throws IOException {
    RealSite.requireProgram("openssl", "version");
    Path ca = directory.resolve("ca.pem");
    Path caKey = directory.resolve("ca.key");
    Path certificate = directory.resolve("site.pem");
    Path key = directory.resolve("site.key");
    openssl(
        NEW + " -subj /CN=authority -addext basicConstraints=critical,CA:TRUE",
        "-keyout " + caKey + " -out " + ca);
    openssl(
        NEW + " -subj /CN=" + name + " -addext basicConstraints=critical,CA:FALSE",
        "-addext subjectAltName=DNS:" + name,
        "-CA " + ca + " -CAkey " + caKey + " -keyout " + key + " -out " + certificate);
    return new RealSiteTls(ca, certificate, key);
  }

  private static void openssl(String... words) throws IOException {
    RealSite.Said said = RealSite.Said.of(String.join(" ", words).split(" "));
    if (said.status() != 0) {
      throw new AssertionError(said.text());
    }
  }

  /** What a visitor gets: the whole answer, from its status line on. */
  String get(int port, String host, String path) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    Socket plain = new Socket(RealSite.LOOPBACK, port);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(5000);
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(256 * 1024), StandardCharsets.UTF_8);
    }
  }
}
