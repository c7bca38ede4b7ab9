package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.app.ServiceReceiver.Heard;
import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.conf.DefinitionsReader;
import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Cause;
import dev.why502.incident.Incident;
import dev.why502.incident.Site;
import dev.why502.notify.Links;
import dev.why502.store.Entry;
import dev.why502.store.Journal;
import dev.why502.store.Paging;
import dev.why502.store.StoreListener;
import dev.why502.store.StoreLocation;
import dev.why502.store.StoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand probes behind one service: what its owner's telephone does when it dies. */
@Timeout(60)
class ManyProbesToldTest {
  private static final int PROBES = 10_000;
  private static final String UPSTREAM = "10.0.0.5:3001";

  private final Path directory;
  private final AtomicLong seq = new AtomicLong();
  private final AtomicLong millis = new AtomicLong();
  private final InstantSource clock = () -> Site.START.plusMillis(millis.get());
  private final List<Probe> probes = new ArrayList<>();

  ManyProbesToldTest(@TempDir Path directory) {
    this.directory = directory;
    for (int i = 0; i < PROBES; i++) {
      probes.add(Site.edge("p" + i, "g" + i % 3, i % 2 == 0 ? List.of("backend") : null));
    }
    probes.add(Site.service("backend", 3001));
  }

  @Test
  void oneDeathIsOneMessageAndOneRecovery() throws Exception {
    // Given
    Vertx vertx = Vertx.vertx();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ServiceReceiver receiver = new ServiceReceiver(threads)) {
      Journal journal =
          Journal.start(
              (VertxInternal) vertx,
              StoreOptions.of(StoreLocation.in(directory)),
              "web-1",
              clock,
              new Told());
      journal.load().await(10, TimeUnit.SECONDS);
      Dispatch dispatch = new Dispatch(new Written(journal), new Links(null), clock);
      dispatch.deploy(vertx).await(10, TimeUnit.SECONDS);
      Definitions definitions = definitions(receiver);
      dispatch.replace(definitions).await(10, TimeUnit.SECONDS);
      Json json = new Json(text -> text);
      Feed feed =
          new Feed(vertx.eventBus(), json, "web-1", clock, seq::incrementAndGet, new Latest(json));
      Announcer announcer =
          new Announcer(
              vertx, feed, json, "web-1", clock, new Written(journal), dispatch, id -> null);
      Outages outages = new Outages(vertx, clock, () -> millis.get() * 1_000_000, announcer);
      outages.define(probes, definitions.reactions(), 0).await(10, TimeUnit.SECONDS);
      long heap = heap();
      long began = System.nanoTime();
      long cpu = cpuNanos();
      // When
      round(outages, false);
      round(outages, true);
      Heard opened = heard(receiver, "opened");
      round(outages, true);
      round(outages, true);
      long grown = heap() - heap;
      List<Incident> open = outages.open();
      round(outages, false);
      Heard over = heard(receiver, "resolved");
      round(outages, false);
      double seconds = (System.nanoTime() - began) / 1e9;
      // Then
      List<String> events = receiver.heard().stream().map(Heard::event).toList();
      System.out.printf(
          "%,d probes behind one service that dies: messages %s, %d incident, %.1f s (%.1f s of"
              + " one core), %.1f MB more while it lasts%n",
          PROBES, events, open.size(), seconds, (cpuNanos() - cpu) / 1e9, grown / 1e6);
      assertEquals(List.of("opened", "resolved"), events);
      assertEquals(1, open.size());
      assertEquals(PROBES + 1, open.get(0).story().affected());
      assertEquals(opened.id(), over.id());
      assertEquals(
          1,
          journal
              .archive()
              .incidents(null, null, null, Paging.first(10))
              .await(10, TimeUnit.SECONDS)
              .rows()
              .size());
      assertTrue(grown < 100e6, "MB: " + grown / 1e6);
      journal.close(Duration.ofSeconds(5)).await(10, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
      threads.shutdownNow();
    }
  }

  /** All are heard once, within an interval. */
  private void round(Outages outages, boolean dead) throws Exception {
    for (Probe probe : probes) {
      Instant at = clock.instant();
      outages.concluded(
          dead
              ? Site.dead(
                  probe,
                  Cause.UPSTREAM_REFUSED,
                  probe.upstreams() == null ? null : "backend",
                  UPSTREAM,
                  at)
              : Site.up(probe, at),
          () -> {});
    }
    // Behind all of them on the same event loop.
    outages.restore(List.of()).await(20, TimeUnit.SECONDS);
    millis.addAndGet(Site.INTERVAL.toMillis());
  }

  private static Heard heard(ServiceReceiver receiver, String event) throws Exception {
    ServiceProcess.until(
        10_000, event, () -> receiver.heard().stream().anyMatch(one -> one.event().equals(event)));
    return receiver.heard().stream().filter(one -> one.event().equals(event)).findFirst().get();
  }

  private Definitions definitions(ServiceReceiver receiver) throws Exception {
    Path file = directory.resolve("probes.json");
    ServiceSite.write(
        file,
        new JsonObject()
            .put("probes", new JsonArray())
            .put("notify", SwitchedSite.notified(receiver)));
    Definitions read = new DefinitionsReader(name -> null).read(file).definitions();
    return new Definitions(
        read.gateways(), probes, List.of(), List.of(), List.of(), read.reactions(), read.secrets());
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private record Written(Journal journal) implements Register {
    @Override
    public Future<Void> add(Entry entry) {
      return journal.add(entry);
    }

    @Override
    public boolean failing() {
      return journal.failing();
    }
  }

  private static final class Told implements StoreListener {
    @Override
    public void failing(String why) {
      throw new AssertionError(why);
    }

    @Override
    public void caughtUp() {
      throw new AssertionError("it never failed");
    }

    @Override
    public void told(String text) {
      throw new AssertionError(text);
    }
  }
}
