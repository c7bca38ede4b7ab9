package dev.why502.app;

import dev.why502.definition.Alerting;
import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.definition.Receiver;
import dev.why502.notify.Hearing;
import dev.why502.notify.Links;
import dev.why502.notify.Notice;
import dev.why502.notify.Notifier;
import dev.why502.notify.Receipt;
import dev.why502.notify.Routing;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who is told of what, and tries whether a message arrives. */
@Command(
    name = "notify",
    description = "Lists who is told of which probes, or sends one receiver a test message.",
    footer = {
      "",
      "Exit status: 0 listed, or the receiver took the message; 1 it did not; 2 unusable definitions"
          + " or arguments."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class NotifyCommand implements Callable<Integer> {
  /** More than a mail server is given. */
  private static final long LIMIT_SECONDS = 30;

  private static final int MOST_NAMED = 20;

  @Option(
      names = "--definitions",
      paramLabel = "FILE",
      required = true,
      description = "Definitions (JSON).")
  private Path definitions;

  @Option(
      names = "--test",
      paramLabel = "NAME",
      description = "Send this receiver one message that says that it is a test.")
  private @Nullable String test;

  @Mixin private LanguageOption language;

  @Override
  public Integer call() {
    Definitions loaded = Loaded.file(definitions);
    if (loaded == null) {
      return ExitStatus.UNUSABLE;
    }
    Alerting alerting = loaded.reactions().alerting();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (test == null) {
      list(loaded, alerting).forEach(line -> out.println(SafeText.line(line)));
      return ExitStatus.ALL_UP;
    }
    if (alerting.receiver(test) == null) {
      System.err.println("why502: no receiver has the name " + SafeText.line(test));
      return ExitStatus.UNUSABLE;
    }
    Receipt receipt = send(alerting, test);
    String words = loaded.secrets().mask(receipt.words());
    out.println(
        SafeText.line(
            receipt.taken()
                ? say("receiver " + test + " took the test message: " + words)
                : say("receiver " + test + " did not take the test message: " + words)));
    return receipt.taken() ? ExitStatus.ALL_UP : ExitStatus.SOME_NOT_UP;
  }

  private static Receipt send(Alerting alerting, String name) {
    Vertx vertx = VertxSetup.vertx(null);
    try {
      Notifier notifier =
          new Notifier(new Links(null), new Nobody(), InstantSource.system(), System::nanoTime);
      return vertx
          .deployVerticle(notifier)
          .compose(deployed -> notifier.configure(alerting))
          .compose(configured -> notifier.test(name))
          .await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      return new Receipt(false, "no answer within " + LIMIT_SECONDS + " s");
    } finally {
      vertx.close();
    }
  }

  private List<String> list(Definitions loaded, Alerting alerting) {
    List<Probe> probes = loaded.probes().stream().filter(Probe::enabled).toList();
    Routing routing = new Routing(alerting);
    List<String> lines = new ArrayList<>();
    for (Receiver receiver : alerting.receivers()) {
      String name = receiver.name();
      String type = receiver.way().type();
      List<String> down = reached(routing, "down", name, probes);
      List<String> degraded = reached(routing, "degraded", name, probes);
      if (down.isEmpty() && degraded.isEmpty()) {
        lines.add(say("receiver " + name + " (" + type + ") is told nothing"));
        continue;
      }
      if (down.equals(degraded)) {
        lines.add(say("receiver " + name + " (" + type + ") is told of " + names(down, probes)));
        continue;
      }
      if (!down.isEmpty()) {
        String which = names(down, probes);
        lines.add(say("receiver " + name + " (" + type + ") is told when down of " + which));
      }
      if (!degraded.isEmpty()) {
        String which = names(degraded, probes);
        lines.add(say("receiver " + name + " (" + type + ") is told when degraded of " + which));
      }
    }
    nobody(routing, probes, lines);
    return lines;
  }

  private void nobody(Routing routing, List<Probe> probes, List<String> lines) {
    List<String> down = unheard(routing, "down", probes);
    List<String> degraded = unheard(routing, "degraded", probes);
    degraded.removeAll(down);
    if (!down.isEmpty()) {
      lines.add(say("nobody is told of " + names(down, probes)));
    }
    if (!degraded.isEmpty()) {
      lines.add(say("nobody is told when degraded of " + names(degraded, probes)));
    }
  }

  private static List<String> reached(
      Routing routing, String severity, String receiver, List<Probe> probes) {
    return probes.stream()
        .filter(probe -> hearers(routing, severity, probe).contains(receiver))
        .map(Probe::id)
        .toList();
  }

  private static List<String> unheard(Routing routing, String severity, List<Probe> probes) {
    return new ArrayList<>(
        probes.stream()
            .filter(probe -> hearers(routing, severity, probe).isEmpty())
            .map(Probe::id)
            .toList());
  }

  private static Set<String> hearers(Routing routing, String severity, Probe probe) {
    return Set.copyOf(routing.receivers(Notice.Kind.OPENED, severity, List.of(probe), null));
  }

  private String names(List<String> ids, List<Probe> all) {
    if (ids.size() == all.size() && ids.size() > 1) {
      return say("all " + ids.size() + " probes");
    }
    String named = String.join(", ", ids.subList(0, Math.min(MOST_NAMED, ids.size())));
    return ids.size() <= MOST_NAMED
        ? named
        : named + " " + say("and " + (ids.size() - MOST_NAMED) + " more");
  }

  private String say(String english) {
    return language.spoken().say(english);
  }

  /** Nothing is queued, so nothing is heard. */
  private static final class Nobody implements Hearing {
    @Override
    public void delivered(String key, String outcome) {}

    @Override
    public void givenUp(String key, String receiver, String why) {}

    @Override
    public void failing(String receiver, @Nullable String why) {}
  }
}
