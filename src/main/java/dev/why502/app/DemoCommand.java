package dev.why502.app;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Reading;
import dev.why502.definition.Definitions;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.OneRound;
import dev.why502.evidence.Case;
import dev.why502.language.Translation;
import dev.why502.terminal.SafeText;
import dev.why502.terminal.Terminal;
import dev.why502.terminal.VerdictText;
import dev.why502.terminal.Wrapping;
import dev.why502.web.WebOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A broken site of its own, diagnosed live, repaired, and seen to recover. */
@Command(
    name = "demo",
    description = "A broken site of its own, diagnosed live, repaired, and seen to recover.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {
  private static final int STEP_SECONDS = 30;

  /** Long enough to look at the page while the site is broken. */
  private static final long BROKEN_SECONDS = 20;

  @Option(
      names = "--keep",
      description =
          "Serve the page, break the site before your eyes, repair it after 20 s, and stay until"
              + " interrupted.")
  private boolean keep;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8502",
      description = "Port of the page with --keep. Default: ${DEFAULT-VALUE}")
  private int port;

  @Mixin private LanguageOption language;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Terminal terminal = Terminal.out();

  @Override
  public Integer call() throws InterruptedException, TimeoutException, IOException {
    Vertx vertx = VertxSetup.vertx(null);
    DemoSite site = null;
    Path file = null;
    Service service = null;
    try {
      DemoSite started = DemoSite.start(vertx).await(STEP_SECONDS, TimeUnit.SECONDS);
      site = started;
      byte[] json = started.definitions().toBuffer().getBytes();
      Reading reading =
          new DefinitionsReader(System::getenv).read(json, started.config().resolveSibling("."));
      Definitions definitions = reading.definitions();
      if (definitions == null) {
        System.err.println("why502: the demo's own definitions are wrong: " + reading.problems());
        return 70;
      }
      say("A site of its own is up on this machine: a gateway at " + started.edge());
      say(
          "sends /api/ to port "
              + started.wrongPort()
              + ", and its service listens on port "
              + started.rightPort()
              + ".");
      if (keep) {
        file = started.config().resolveSibling("probes.json");
        Files.write(file, json);
        service = serve(file, reading);
        if (service == null) {
          return 1;
        }
      }
      out.println();
      HostSources sources = new HostSources(vertx, InstantSource.system());
      List<Verdict> broken = round(vertx, sources, definitions);
      out.print(VerdictText.render(broken, terminal.colour(), terminal.columns(), words()));
      boolean told = broken.stream().anyMatch(verdict -> verdict.state() == State.DOWN);
      if (keep) {
        out.println();
        say("Look at the page now; the site is repaired in " + BROKEN_SECONDS + " s.");
        TimeUnit.SECONDS.sleep(BROKEN_SECONDS);
      }
      out.println();
      say(
          "Now the fix is applied: the port in "
              + started.site().getFileName()
              + " is corrected and the demo's gateway reloads.");
      out.println();
      started.repair().await(STEP_SECONDS, TimeUnit.SECONDS);
      List<Verdict> repaired = round(vertx, sources, definitions);
      out.print(VerdictText.render(repaired, terminal.colour(), terminal.columns(), words()));
      boolean well = repaired.stream().allMatch(verdict -> verdict.state() == State.UP);
      if (keep) {
        out.println();
        say("The page stays until you press Ctrl-C.");
        new CountDownLatch(1).await();
      }
      sources.close().await(STEP_SECONDS, TimeUnit.SECONDS);
      return told && well ? 0 : 1;
    } finally {
      if (service != null) {
        service.stop().await(STEP_SECONDS, TimeUnit.SECONDS);
      }
      if (file != null) {
        Files.deleteIfExists(file);
      }
      if (site != null) {
        site.close().await(STEP_SECONDS, TimeUnit.SECONDS);
      }
      vertx.close();
    }
  }

  private void say(String english) {
    new Wrapping(terminal.columns()).lines(words().say(english), 0, 0).forEach(out::println);
  }

  private Translation words() {
    return language.spoken().translation();
  }

  private static List<Verdict> round(Vertx vertx, HostSources sources, Definitions definitions)
      throws TimeoutException {
    List<Case> cases =
        new OneRound(vertx, sources, InstantSource.system(), Rounds.node())
            .run(definitions, definitions.probes(), false)
            .await(STEP_SECONDS, TimeUnit.SECONDS);
    return cases.stream().map(Diagnosis::of).toList();
  }

  private @Nullable Service serve(Path file, Reading reading) {
    try {
      Service service =
          Service.start(
                  new ServiceOptions(file, WebOptions.local(port)),
                  new DefinitionsReader(System::getenv),
                  reading)
              .await(STEP_SECONDS, TimeUnit.SECONDS);
      say("The page is at http://127.0.0.1:" + service.port() + "/");
      return service;
    } catch (TimeoutException | RuntimeException failure) {
      System.err.println(
          "why502: the page could not be served: " + SafeText.line(String.valueOf(failure)));
      return null;
    }
  }
}
