package dev.why502.app;

import static java.util.Objects.requireNonNull;

import dev.why502.bus.Json;
import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.definition.Reactions;
import dev.why502.definition.Remedy;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.EngineVerticle;
import dev.why502.engine.Outlet;
import dev.why502.evidence.Case;
import dev.why502.observation.Observation;
import dev.why502.remedy.Ledger;
import dev.why502.remedy.RemedyRun;
import dev.why502.remedy.RemedySources;
import dev.why502.remedy.RemedyVerticle;
import dev.why502.remedy.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The engine and remedies as the service joins them, on definitions of a real site. */
final class RemedySite implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  final BlockingQueue<RemedyRun> ended = new LinkedBlockingQueue<>();
  final Map<String, String> kept = new ConcurrentHashMap<>();
  private final Map<String, Case> cases = new ConcurrentHashMap<>();
  private final Vertx vertx = VertxSetup.vertx(null);
  private final HostSources sources = new HostSources(vertx, InstantSource.system());
  private final Json json = new Json(text -> text);
  private final EngineVerticle engine;
  private final RemedyVerticle remedies;
  private final List<Probe> probes;

  RemedySite(Path definitionsFile, Path data, List<Remedy> remedy) throws Exception {
    Definitions read = requireNonNull(Loaded.file(definitionsFile));
    Definitions definitions =
        new Definitions(
            read.gateways(),
            read.probes(),
            read.control(),
            read.allow(),
            read.modules(),
            new Reactions(
                read.reactions().alerting(), read.reactions().maintenance(), remedy, null),
            read.secrets());
    probes = definitions.probes();
    engine = new EngineVerticle(sources, new Results(), InstantSource.system(), "test");
    remedies =
        new RemedyVerticle(
            new RemedySources(
                engine::again,
                id -> cases.containsKey(id) ? json.writeCase(requireNonNull(cases.get(id))) : null,
                id -> false,
                id -> null,
                () -> Future.succeededFuture(List.of()),
                text -> text,
                new Kept()),
            true,
            data.resolve("remedy.lock"),
            new Times(List.of(0L, 200L, 500L), 30_000, 5_000, 1_000, 3_000),
            InstantSource.system(),
            System::nanoTime,
            System::nanoTime);
    await(vertx.deployVerticle(remedies));
    await(vertx.deployVerticle(engine));
    await(remedies.replace(definitions));
    await(engine.replace(definitions));
  }

  /** One round of all probes. */
  void round() throws Exception {
    await(Future.join(probes.stream().map(probe -> engine.again(probe.id())).toList()));
  }

  RemedyRun outcome() throws Exception {
    RemedyRun run = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (run == null) {
      throw new AssertionError("nothing came to an end: " + shown());
    }
    return run;
  }

  /** Every remedy as it is shown. */
  List<JsonObject> all() throws Exception {
    return await(remedies.all()).getJsonArray("remedies").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /** The first one. */
  JsonObject shown() throws Exception {
    return all().get(0);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws TimeoutException {
    sources.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Kept implements Ledger {
    @Override
    public Future<Void> began(RemedyRun run, @Nullable String caseText) {
      kept.put(run.id(), String.valueOf(caseText));
      return Future.succeededFuture();
    }

    @Override
    public void ended(RemedyRun run) {
      ended.add(run);
    }
  }

  private final class Results implements Outlet {
    @Override
    public void observed(Probe probe, Observation observation) {}

    @Override
    public void judged(Verdict verdict, Case taken) {
      cases.put(verdict.probe(), taken);
    }

    @Override
    public void concluded(Verdict verdict) {
      remedies.concluded(verdict);
    }

    @Override
    public void alive() {}

    @Override
    public void forgotten(String probe) {}
  }
}
