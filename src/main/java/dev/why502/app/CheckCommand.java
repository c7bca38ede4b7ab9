package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.engine.OneRound.Checked;
import dev.why502.evidence.Case;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
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
            + " listens, without any traffic to the edge: for use before a reload.",
    footer = {
      "",
      "Besides the routes of the probes, every other route of each gateway's configuration is held"
          + " against what listens: one that would not work is a verdict of its own, under an id"
          + " made of the gateway, the site and the path. What there is of them is counted on"
          + " standard error.",
      "",
      "Exit status: 0 all up, 1 some not up, 2 unusable definitions or arguments, 3 nothing but"
          + " unknown."
    },
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
    Checked checked = Rounds.check(loaded);
    if (checked == null) {
      return ExitStatus.UNUSABLE;
    }
    UncoveredRoutes routes = UncoveredRoutes.of(checked);
    for (String line : routes.lines()) {
      System.err.println("why502: " + SafeText.line(loaded.secrets().mask(verdicts.say(line))));
    }
    List<Case> shown = new ArrayList<>(checked.cases());
    shown.addAll(routes.shown());
    return verdicts.print(shown, loaded.secrets());
  }
}
