package dev.why502.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Two authorities and what they signed, made by openssl. */
final class Certificates {
  private static final String WORD = "secret";
  private final Path directory;
  private final Instant now;

  Certificates(Path directory, Instant now) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.now = now;
    for (String authority : new String[] {"ca", "stranger"}) {
      Said.good(
          "openssl",
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "30",
          "-subj",
          "/CN=authority " + authority,
          "-addext",
          "basicConstraints=critical,CA:TRUE",
          "-keyout",
          key(authority).toString(),
          "-out",
          pem(authority).toString());
    }
    Files.createFile(directory.resolve("index.txt"));
    Files.writeString(
        directory.resolve("ca.cnf"),
        """
        [ca]
        default_ca=own
        [own]
        new_certs_dir=%1$s
        database=%1$s/index.txt
        rand_serial=yes
        default_md=sha256
        policy=any
        unique_subject=no
        copy_extensions=copy
        [any]
        commonName=supplied
        """
            .formatted(directory));
    signed("app", 30, "DNS:app.internal,DNS:shop.example,DNS:localhost,IP:127.0.0.1");
    signed("expired", -1, "DNS:app.internal,DNS:shop.example,IP:127.0.0.1");
    signed("edge", 30, "DNS:shop.example");
    signed("foreign", 30, "DNS:other.example");
  }

  private void signed(String name, int days, String names)
      throws IOException, InterruptedException {
    Path request = directory.resolve(name + ".csr");
    Said.good(
        "openssl",
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=" + names,
        "-keyout",
        key(name).toString(),
        "-out",
        request.toString());
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    Said.good(
        "openssl",
        "ca",
        "-batch",
        "-notext",
        "-config",
        directory.resolve("ca.cnf").toString(),
        "-in",
        request.toString(),
        "-out",
        pem(name).toString(),
        "-cert",
        pem("ca").toString(),
        "-keyfile",
        key("ca").toString(),
        "-startdate",
        time.format(now.minus(Duration.ofDays(20))),
        "-enddate",
        time.format(now.plus(Duration.ofDays(days))));
    Said.good(
        "openssl",
        "pkcs12",
        "-export",
        "-passout",
        "pass:" + WORD,
        "-inkey",
        key(name).toString(),
        "-in",
        pem(name).toString(),
        "-out",
        directory.resolve(name + ".p12").toString());
    Said.good("chmod", "644", key(name).toString());
  }

  /** Certificate of "ca", "stranger", "app", "expired", "edge" or "foreign". */
  Path pem(String name) {
    return directory.resolve(name + ".pem");
  }

  Path key(String name) {
    return directory.resolve(name + ".key");
  }

  /** What a service that shows this certificate speaks TLS with. */
  SSLContext of(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
      store.load(in, WORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, WORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
