package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.engine.OneRound;
import dev.why502.evidence.Case;
import dev.why502.terminal.SafeText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One round from the main thread: starts Vert.x, waits for the cases, stops it. */
final class Rounds {
  private static final long LONGEST_MINUTES = 10;

  private Rounds() {}

  /** Cases of the probes, or of one of them; null after a problem was printed. */
  static @Nullable List<Case> run(Definitions definitions, @Nullable String only) {
    return with(
        (vertx, sources) -> round(vertx, sources, Future.succeededFuture(definitions), only));
  }

  /** The same for what is made of a URL alone, once it is known which gateway answers there. */
  static @Nullable List<Case> run(ZeroConfig asked, @Nullable String only) {
    return with((vertx, sources) -> round(vertx, sources, asked.definitions(sources), only));
  }

  /** What a check of all probes and routes saw; null after a problem was printed. */
  static OneRound.@Nullable Checked check(Definitions definitions) {
    List<Probe> probes = definitions.probes().stream().filter(Probe::enabled).toList();
    return with(
        (vertx, sources) -> one(vertx, sources).check(definitions, probes).map(seen -> seen));
  }

  private static Future<@Nullable List<Case>> round(
      Vertx vertx, HostSources sources, Future<Definitions> coming, @Nullable String only) {
    return coming.compose(
        definitions -> {
          List<Probe> probes =
              definitions.probes().stream()
                  .filter(probe -> only == null ? probe.enabled() : probe.id().equals(only))
                  .toList();
          if (only != null && probes.isEmpty()) {
            System.err.println("why502: no probe has the id " + SafeText.line(only));
            return Future.succeededFuture();
          }
          return one(vertx, sources).run(definitions, probes, false).map(cases -> cases);
        });
  }

  private static OneRound one(Vertx vertx, HostSources sources) {
    return new OneRound(vertx, sources, InstantSource.system(), node());
  }

  /** Starts Vert.x, waits for what comes of the sources, stops it; null after a problem. */
  static <T> @Nullable T with(BiFunction<Vertx, HostSources, Future<@Nullable T>> work) {
    Vertx vertx = VertxSetup.vertx(null);
    try {
      HostSources sources = new HostSources(vertx, InstantSource.system());
      return work.apply(vertx, sources).await(LONGEST_MINUTES, TimeUnit.MINUTES);
    } catch (java.util.concurrent.TimeoutException late) {
      System.err.println("why502: the round did not end within " + LONGEST_MINUTES + " minutes");
      return null;
    } finally {
      vertx.close();
    }
  }

  /** Name of this host, as messages carry it. */
  static String node() {
    String name = System.getenv("HOSTNAME");
    if (name != null && !name.isBlank()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "localhost";
    }
  }
}
