package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code run} as a process of its own, which signals reach and which may be stopped. */
public final class ServiceProcess implements AutoCloseable {
  static final int READY_SECONDS = 30;
  private static final int MAX_LOG = 4 * 1024 * 1024;

  private final Process process;
  private final Path log;
  private final BlockingQueue<String> out;
  private final URI url;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private ServiceProcess(Process process, Path log, BlockingQueue<String> out, URI url) {
    this.process = process;
    this.log = log;
    this.out = out;
    this.url = url;
  }

  public static ServiceProcess start(Path definitions, String... options) throws Exception {
    return startIn(List.of(), definitions, options);
  }

  /**
   * @param around what starts it, such as {@code unshare --net}; must become it by exec
   */
  static ServiceProcess startIn(List<String> around, Path definitions, String... options)
      throws Exception {
    Path log = definitions.resolveSibling("why502.log");
    List<String> command = new ArrayList<>(around);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--definitions",
            definitions.toString(),
            "--data",
            definitions.resolveSibling("data").toString()));
    if (!List.of(options).contains("--port")) {
      command.addAll(List.of("--port", "0"));
    }
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectError(log.toFile())
            .start();
    BlockingQueue<String> lines = lines(process.getInputStream());
    String line = lines.poll(READY_SECONDS, TimeUnit.SECONDS);
    if (line == null || !line.contains("ready") || !line.contains("http://")) {
      process.destroyForcibly();
      fail("not ready: " + line + "\n" + Files.readString(log));
    }
    return new ServiceProcess(
        process, log, lines, URI.create(line.substring(line.indexOf("http://")).trim()));
  }

  private static BlockingQueue<String> lines(InputStream out) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (java.io.BufferedReader text =
                  new java.io.BufferedReader(
                      new java.io.InputStreamReader(out, StandardCharsets.UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                  lines.add(line);
                }
              } catch (IOException gone) {
                // The process ended; what it said before is there.
                lines.add("");
              }
            },
            "out of why502");
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  public URI url() {
    return url;
  }

  long pid() {
    return process.pid();
  }

  /** What it wrote to its standard output behind the line that says it is ready. */
  String out() {
    return String.join("\n", out);
  }

  String log() throws IOException {
    return Files.size(log) > MAX_LOG ? "too long" : Files.readString(log);
  }

  public HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> post(String path) throws Exception {
    return send(
        HttpRequest.newBuilder(url.resolve(path)).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
  }

  ServiceViewer viewer(String... addresses) throws Exception {
    return ServiceViewer.open(client, url, null, addresses);
  }

  HttpClient client() {
    return client;
  }

  public void signal(String name) throws Exception {
    run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Its exit status. */
  int ended(long millis) throws Exception {
    assertTrue(process.waitFor(millis, TimeUnit.MILLISECONDS), "did not end in " + millis + " ms");
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  public static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text =
        new String(process.getInputStream().readNBytes(1024 * 1024), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertTrue(process.exitValue() == 0, () -> String.join(" ", command) + ": " + text);
    return text;
  }

  /** Skips the test aloud where a program is missing, unless gateways are required. */
  public static void require(String... command) {
    boolean there;
    try {
      run(command);
      there = true;
    } catch (Exception | AssertionError missing) {
      there = false;
    }
    if (!there && Boolean.getBoolean("why502.require.gateways")) {
      fail("required and not usable here: " + String.join(" ", command));
    }
    assumeTrue(there, "skipped, not usable here: " + String.join(" ", command));
  }

  /** Asks until it is so. */
  public static void until(long millis, String what, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within " + millis + " ms: " + what);
      assertTrue(!never.await(50, TimeUnit.MILLISECONDS));
    }
  }

  public void untilStatus(long millis, String path, int status) throws Exception {
    until(
        millis,
        path + " answers " + status,
        () -> {
          try {
            return get(path).statusCode() == status;
          } catch (Exception notYet) {
            return false;
          }
        });
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
