package dev.why502.probe;

import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;

/** An authority and certificates of its own, made by openssl. */
final class TestCertificates {
  final Path folder;
  final String ca;

  TestCertificates(Path folder) throws Exception {
    this.folder = folder;
    this.ca = folder.resolve("ca.pem").toString();
    selfSigned("ca", "/CN=Test authority", "basicConstraints=critical,CA:TRUE");
    signed("good", "DNS:good.test,DNS:*.wild.test,IP:127.0.0.1");
    signed("other", "DNS:other.test");
    selfSigned("self", "/CN=good.test", "subjectAltName=DNS:good.test,IP:127.0.0.1");
  }

  private void selfSigned(String name, String subject, String extension) throws Exception {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
            + (" -keyout " + name + ".key -out " + name + ".pem"),
        "-subj",
        subject,
        "-addext",
        extension);
    pkcs12(name);
  }

  private void signed(String name, String names) throws Exception {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 10"
            + (" -CA ca.pem -CAkey ca.key -keyout " + name + ".key -out " + name + ".pem"),
        "-subj",
        "/CN=leaf",
        "-addext",
        "subjectAltName=" + names,
        "-addext",
        "basicConstraints=critical,CA:FALSE");
    pkcs12(name);
  }

  private void pkcs12(String name) throws Exception {
    openssl(
        "pkcs12 -export -passout pass:secret -inkey "
            + name
            + ".key -in "
            + name
            + ".pem"
            + (" -out " + name + ".p12"));
  }

  private void openssl(String arguments, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    boolean good = process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    if (!good) {
      throw new AssertionError(Files.readString(folder.resolve("openssl.log")));
    }
  }

  static void assumeOpenssl() {
    boolean there = Files.isExecutable(Path.of("/usr/bin/openssl"));
    if (!there && Boolean.getBoolean("why502.require.gateways")) {
      throw new AssertionError("openssl is not installed");
    }
    Assumptions.assumeTrue(there, "openssl is not installed: TLS is not tested");
  }

  /** Shakes hands on an accepted connection as the holder of a certificate. */
  SSLSocket accept(Socket plain, String name, String... protocols) throws Exception {
    SSLSocket tls =
        (SSLSocket) context(name).getSocketFactory().createSocket(plain, null, 0, false);
    tls.setUseClientMode(false);
    if (protocols.length > 0) {
      tls.setEnabledProtocols(protocols);
    }
    tls.startHandshake();
    return tls;
  }

  private SSLContext context(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, "secret".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
