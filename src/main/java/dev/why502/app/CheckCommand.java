package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.evidence.Case;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the gateway's configuration, as it stands on disk, against what really listens. */
@Command(
    name = "check",
    description =
        "Validates definitions, then holds the gateway's configuration on disk against what really"
            + " listens, without any traffic to the edge.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CheckCommand implements Callable<Integer> {
  @Option(
      names = "--definitions",
      paramLabel = "FILE",
      required = true,
      description = "Definitions (JSON).")
  private Path definitions;

  @Mixin private Verdicts verdicts;

  @Override
  public Integer call() {
    Definitions loaded = Loaded.file(definitions);
    if (loaded == null) {
      return ExitStatus.UNUSABLE;
    }
    List<Case> cases = Rounds.run(loaded, null, true);
    return cases == null ? ExitStatus.UNUSABLE : verdicts.print(cases, loaded.secrets());
  }
}
