package dev.why502.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A service that ends every handshake but that for the name {@code app.internal}: an nginx. */
final class StrictTls implements AutoCloseable {
  private final Process process;

  private StrictTls(Process process) {
    this.process = process;
  }

  static StrictTls start(Ground ground, int port) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(ground.directory.resolve("strict"));
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        pid %1$s/pid;
        error_log %1$s/error.log;
        events { }
        http {
            access_log off;
            client_body_temp_path %1$s/a;
            proxy_temp_path %1$s/b;
            fastcgi_temp_path %1$s/c;
            uwsgi_temp_path %1$s/d;
            scgi_temp_path %1$s/e;
            server { listen 127.0.0.1:%2$d ssl default_server; ssl_reject_handshake on; }
            server {
                listen 127.0.0.1:%2$d ssl;
                server_name app.internal;
                ssl_certificate %3$s;
                ssl_certificate_key %4$s;
                location /api/ { return 200 "well"; }
            }
        }
        """
            .formatted(
                directory, port, ground.certificates.pem("app"), ground.certificates.key("app")));
    Process process =
        new ProcessBuilder(
                "nginx", "-p", directory.toString(), "-c", config.toString(), "-g", "daemon off;")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    for (int i = 0; i < 250; i++) {
      if (RunningGateway.accepts(port)) {
        return new StrictTls(process);
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new AssertionError(Files.readString(directory.resolve("out")));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
