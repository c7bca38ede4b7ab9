package dev.why502.app;

import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the self-contained jar. */
@Command(
    name = "why502",
    description = "Watches a site from both sides of its reverse proxy and says why it fails.",
    subcommands = {
      RunCommand.class,
      DiagnoseCommand.class,
      CheckCommand.class,
      ImportCommand.class,
      ReplayCommand.class,
      WatchCommand.class,
      NotifyCommand.class,
      DemoCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  public static void main(String[] arguments) {
    Logs.start();
    System.exit(execute(arguments));
  }

  static int execute(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (problem, args) -> {
          System.err.println("why502: " + SafeText.line(String.valueOf(problem.getMessage())));
          System.err.println(
              "Try '" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
          return ExitStatus.UNUSABLE;
        });
    line.setExecutionExceptionHandler(
        (bug, command, result) -> {
          System.err.println("why502: a fault of its own: " + SafeText.line(bug.toString()));
          Logs.bug(bug);
          return 70;
        });
    return line.execute(arguments);
  }
}
