package dev.why502.app;

import dev.why502.bus.Json;
import dev.why502.bus.Spoken;
import dev.why502.definition.Secrets;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Case;
import dev.why502.language.Translation;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.PluginLine;
import dev.why502.terminal.SafeText;
import dev.why502.terminal.Terminal;
import dev.why502.terminal.VerdictText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How a command that ends with verdicts prints them; the options that {@code diagnose}, {@code
 * check} and {@code replay} share.
 */
final class Verdicts {
  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Option(
      names = "--plugin",
      description = "Print one line and exit with the statuses of the monitoring plugins.")
  private boolean plugin;

  @Option(names = "--save", paramLabel = "DIR", description = "Write each case to this directory.")
  private @Nullable Path save;

  @Mixin private LanguageOption language;

  /** What is said beside the verdicts, in the language that they are said in. */
  String say(String english) {
    return language.spoken().say(english);
  }

  /** Prints, saves, and returns the exit status. */
  int print(List<Case> cases, Secrets secrets) {
    List<Verdict> verdicts = cases.stream().map(Diagnosis::of).toList();
    Json writer = new Json(secrets::mask);
    if (save != null) {
      for (Case one : cases) {
        String problem = write(save, one, writer);
        if (problem != null) {
          System.err.println("why502: " + problem);
          return ExitStatus.UNUSABLE;
        }
      }
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (json) {
      JsonArray array = new JsonArray();
      Spoken words = language.written();
      verdicts.forEach(verdict -> array.add(words.verdict(writer.verdict(verdict))));
      out.println(SafeText.json(new JsonObject().put("verdicts", array).encodePrettily()));
    } else if (plugin) {
      PluginLine line = PluginLine.of(verdicts, language.written().translation());
      out.println(secrets.mask(line.line()));
      return line.status();
    } else {
      Terminal terminal = Terminal.out();
      Translation words = language.spoken().translation();
      String text = VerdictText.render(verdicts, terminal.colour(), terminal.columns(), words);
      out.print(secrets.mask(text));
      out.flush();
    }
    return ExitStatus.of(verdicts);
  }

  private static @Nullable String write(Path directory, Case one, Json writer) {
    Path file = directory.resolve(one.probe().id() + ".json");
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(file);
      // Evidence may tell more of a site than its owner wants every user of the host to read.
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, writer.writeCase(one), StandardOpenOption.TRUNCATE_EXISTING);
      return null;
    } catch (IOException | UnsupportedOperationException failure) {
      return "the case could not be written to " + SafeText.line(file + ": " + failure);
    }
  }
}
