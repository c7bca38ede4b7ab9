package dev.why502.app;

import dev.why502.bus.CaseRead;
import dev.why502.bus.Json;
import dev.why502.definition.Secrets;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs the diagnosis on a stored case: same case, same verdict, byte for byte. */
@Command(
    name = "replay",
    description = "Runs the diagnosis on a stored case.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "CASE.json", description = "A case, as diagnose --save wrote it.")
  private Path file;

  @Mixin private Verdicts verdicts;

  @Override
  public Integer call() {
    String text;
    try {
      if (Files.size(file) > Json.MAX_CASE) {
        System.err.println("why502: " + SafeText.line(file + ": too large for a case"));
        return ExitStatus.UNUSABLE;
      }
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      System.err.println("why502: " + SafeText.line(file + ": cannot be read: " + unreadable));
      return ExitStatus.UNUSABLE;
    }
    CaseRead read = Json.readCase(text);
    if (read.read() == null) {
      System.err.println(
          "why502: " + SafeText.line(file + ": " + read.pointer() + ": " + read.problem()));
      return ExitStatus.UNUSABLE;
    }
    return verdicts.print(List.of(read.read()), Secrets.NONE);
  }
}
