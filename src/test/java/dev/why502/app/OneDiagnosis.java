package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.OneRound;
import dev.why502.terminal.ExitStatus;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What {@code diagnose --definitions FILE} does, without a program started for it. */
public final class OneDiagnosis {
  private static final long LONGEST_ROUND_SECONDS = 60;

  private final Vertx vertx;

  public OneDiagnosis() {
    Logs.start();
    vertx = VertxSetup.vertx(null);
  }

  /** The verdicts of one round of all probes. */
  public List<Verdict> of(Path definitions) throws Exception {
    Definitions loaded = Loaded.file(definitions);
    if (loaded == null) {
      throw new AssertionError("the definitions are refused");
    }
    InstantSource clock = InstantSource.system();
    HostSources sources = new HostSources(vertx, clock);
    try {
      return new OneRound(vertx, sources, clock, "test")
              .run(loaded, loaded.probes(), false)
              .await(LONGEST_ROUND_SECONDS, TimeUnit.SECONDS)
              .stream()
              .map(Diagnosis::of)
              .toList();
    } finally {
      sources.close().await(10, TimeUnit.SECONDS);
    }
  }

  /** The exit status that the command would end with. */
  public static int exitStatus(List<Verdict> verdicts) {
    return ExitStatus.of(verdicts);
  }

  public void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
