package dev.why502.app;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Problem;
import dev.why502.conf.Reading;
import dev.why502.store.StoreLocation;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import dev.why502.web.WebOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The service: probes, diagnoses, publishes, serves. */
@Command(
    name = "run",
    description = "The service: probes, diagnoses, publishes, serves.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--definitions",
      paramLabel = "FILE",
      defaultValue = "${env:WHY502_DEFINITIONS:-conf/probes.json}",
      description = "Definitions (JSON). Default: ${DEFAULT-VALUE}")
  private Path definitions;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:WHY502_HOST:-127.0.0.1}",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:WHY502_PORT:-8502}",
      description = "Port to listen on, 0 for any free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--tcp-bridge-port",
      paramLabel = "PORT",
      defaultValue = "${env:WHY502_TCP_BRIDGE_PORT:--1}",
      description = "Port of the TCP event-bus bridge, 0 for any free one, -1 for none.")
  private int tcpBridgePort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:WHY502_DATA:-data}",
      description = "Directory for what is to be kept. Default: ${DEFAULT-VALUE}")
  private Path data;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "postgresql://user:password@host/database to remember there, and not in a file in --data;"
              + " better given as WHY502_STORE.")
  private @Nullable String store;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Asked of everybody as a bearer; better given as WHY502_TOKEN.")
  private @Nullable String token;

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description = "A browser origin that may connect besides our own; may be repeated.")
  private List<String> allowOrigins = List.of();

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "Where people reach the service through a proxy.")
  private @Nullable String publicUrl;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "${env:WHY502_LOG:-info}",
      description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}")
  private String logLevel;

  @Option(names = "--allow-remedies", description = "Permit remedies that definitions name.")
  private boolean allowRemedies;

  @Override
  public Integer call() throws InterruptedException {
    if (!Logs.level(logLevel)) {
      throw new ParameterException(spec.commandLine(), "no such log level: " + logLevel);
    }
    if (port < 0 || port > 65535) {
      throw new ParameterException(spec.commandLine(), "no such port: " + port);
    }
    if (tcpBridgePort < -1 || tcpBridgePort > 65535) {
      throw new ParameterException(
          spec.commandLine(), "no such port for the TCP bridge: " + tcpBridgePort);
    }
    DefinitionsReader reader = new DefinitionsReader(System::getenv);
    Reading first = reader.read(definitions);
    for (String warning : first.warnings()) {
      Logs.own().log(Level.WARNING, "definitions: {0}", warning);
    }
    if (!first.accepted()) {
      for (Problem problem : first.problems()) {
        System.err.println("why502: " + SafeText.line(definitions + ": " + problem));
      }
      return ExitStatus.UNUSABLE;
    }
    WebOptions web =
        new WebOptions(
            host, port, secret(), allowOrigins, publicUrl, tcpBridgePort, WebOptions.Times.DEFAULT);
    warn(web);
    StoreLocation location = location();
    Service service;
    try {
      service =
          Service.start(
                  new ServiceOptions(definitions, web, location, data, allowRemedies),
                  reader,
                  first)
              .await(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception failure) {
      // A future's failure comes as it is, checked or not: a port that is taken is a BindException.
      System.err.println("why502: could not start: " + SafeText.line(String.valueOf(failure)));
      return 1;
    }
    Service running = service;
    CountDownLatch ended = new CountDownLatch(1);
    java.lang.Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    running.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
                  } catch (TimeoutException | RuntimeException late) {
                    System.err.println("why502: stopped before all was drained");
                  }
                  ended.countDown();
                },
                "why502-stop"));
    Signals.on("HUP", () -> running.reload());
    System.out.println("why502 ready " + url(running.port()));
    System.out.flush();
    ended.await();
    return 0;
  }

  private StoreLocation location() {
    String given = store == null ? System.getenv("WHY502_STORE") : store;
    if (given == null || given.isEmpty()) {
      return StoreLocation.in(data);
    }
    try {
      return StoreLocation.at(given);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private @Nullable String secret() {
    String given = token == null ? System.getenv("WHY502_TOKEN") : token;
    return given == null || given.isEmpty() ? null : given;
  }

  private void warn(WebOptions web) {
    if (web.exposed()) {
      Logs.own()
          .log(
              Level.WARNING,
              "{0} is a public address and there is no token: evidence and fixes are not shown",
              host);
    }
  }

  private String url(int bound) {
    String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "http://" + (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + bound + "/";
  }
}
