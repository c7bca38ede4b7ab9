package dev.why502.app;

import dev.why502.conf.Parsed;
import dev.why502.definition.Definitions;
import dev.why502.definition.Secrets;
import dev.why502.evidence.Case;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One round now: probes, gathers evidence, prints verdicts, exits. */
@Command(
    name = "diagnose",
    description = "One round now: probes, gathers evidence, prints verdicts, exits.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DiagnoseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "What to diagnose without a definitions file.")
  private @Nullable String url;

  @Option(names = "--definitions", paramLabel = "FILE", description = "Definitions (JSON).")
  private @Nullable Path definitions;

  @Option(names = "--probe", paramLabel = "ID", description = "Only this probe.")
  private @Nullable String probe;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "A service behind the gateway; may be repeated.")
  private List<String> upstreams = List.of();

  @Option(
      names = "--gateway-config",
      paramLabel = "FILE",
      description = "The gateway's configuration; its standard place is looked at by itself.")
  private @Nullable Path gatewayConfig;

  @Option(names = "--error-log", paramLabel = "FILE", description = "The gateway's error log.")
  private @Nullable Path errorLog;

  @Mixin private Verdicts verdicts;

  @Override
  public Integer call() {
    if ((url == null) == (definitions == null)) {
      throw new ParameterException(
          spec.commandLine(), "either a URL or --definitions FILE is needed");
    }
    if (definitions == null) {
      return zeroConfig();
    }
    Definitions loaded = Loaded.file(definitions);
    if (loaded == null) {
      return ExitStatus.UNUSABLE;
    }
    List<Case> cases = Rounds.run(loaded, probe);
    return cases == null ? ExitStatus.UNUSABLE : verdicts.print(cases, loaded.secrets());
  }

  private int zeroConfig() {
    Parsed<ZeroConfig> asked =
        ZeroConfig.of(String.valueOf(url), upstreams, gatewayConfig, errorLog);
    ZeroConfig made = asked.value();
    if (made == null) {
      throw new ParameterException(spec.commandLine(), String.valueOf(asked.problem()));
    }
    List<Case> cases = Rounds.run(made, probe);
    System.err.println("why502: " + SafeText.line(verdicts.say(made.told())));
    return cases == null ? ExitStatus.UNUSABLE : verdicts.print(cases, Secrets.NONE);
  }
}
