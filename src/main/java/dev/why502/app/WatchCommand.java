package dev.why502.app;

import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import dev.why502.terminal.Terminal;
import dev.why502.watch.ServiceUrl;
import dev.why502.watch.Watch;
import dev.why502.watch.WatchOptions;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a running service's event bus in the terminal. */
@Command(
    name = "watch",
    description =
        "Follows a running service: what stands first, then changes, incidents and refused"
            + " definitions as they come. A lost connection is tried again until Ctrl-C.",
    footer = {
      "",
      "Exit status: 2 when the service cannot be followed at the start, 130 after Ctrl-C, 141 when"
          + " nobody reads the output any more. Times are UTC."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class WatchCommand implements Callable<Integer> {
  /** As of a program that ended by SIGPIPE. */
  private static final int NOBODY_READS = 128 + 13;

  private static final String ID = "[a-z0-9][a-z0-9._-]{0,180}";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      defaultValue = ServiceUrl.DEFAULT,
      description = "The service: http, https, ws or wss. Default: ${DEFAULT-VALUE}")
  private String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The service's token; better given as WHY502_TOKEN.")
  private @Nullable String token;

  @Option(names = "--probe", paramLabel = "ID", description = "Only this probe.")
  private @Nullable String probe;

  @Option(names = "--json", description = "Print each message as one line of JSON.")
  private boolean json;

  @Mixin private LanguageOption language;

  @Override
  public Integer call() {
    ServiceUrl.Read read = ServiceUrl.of(url);
    ServiceUrl service = read.url();
    if (service == null) {
      throw new ParameterException(spec.commandLine(), String.valueOf(read.problem()));
    }
    if (probe != null && !probe.matches(ID)) {
      throw new ParameterException(spec.commandLine(), "no probe can have the id " + probe);
    }
    String given = token == null ? System.getenv("WHY502_TOKEN") : token;
    String secret = given == null || given.isEmpty() ? null : given;
    if (secret != null && !secret.matches("[\\x21-\\x7e]+")) {
      throw new ParameterException(spec.commandLine(), "the token cannot stand in a header");
    }
    AtomicReference<Terminal> terminal = new AtomicReference<>(Terminal.out());
    Signals.on("WINCH", () -> terminal.set(Terminal.out()));
    Vertx vertx = VertxSetup.vertx(null);
    try {
      String problem =
          Watch.follow(
              vertx,
              new WatchOptions(service, secret, probe, WatchOptions.Times.DEFAULT),
              json,
              new PrintStream(System.out, false, StandardCharsets.UTF_8),
              System.err,
              terminal::get,
              json ? language.written() : language.spoken());
      if (problem != null) {
        System.err.println("why502: " + SafeText.line(problem));
        return ExitStatus.UNUSABLE;
      }
      return NOBODY_READS;
    } finally {
      vertx.close();
    }
  }
}
