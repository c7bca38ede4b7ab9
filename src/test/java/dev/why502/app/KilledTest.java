package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.app.KilledSite.Down;
import dev.why502.app.ServiceReceiver.Heard;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The service is killed again and again while services go down and come back. What people hear is
 * what they would have heard from one that was never killed.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT)
class KilledTest {
  private static final int KILLS = Integer.getInteger("why502.kills", 5);
  private static final long SEED = Long.getLong("why502.seed", System.nanoTime());
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /**
   * For what takes milliseconds when it is done for the first time; at least as long as a start.
   */
  private static final Duration SLACK = Duration.ofSeconds(1);

  /** Of what was said before a kill and not ticked off. */
  private static final Duration COMMIT = Duration.ofSeconds(1);

  private static final long LIFE_MILLIS = 2_000;
  private static final long SETTLE_MILLIS = 45_000;

  /** Watched without a break, by one whose start took so long. */
  private record Watch(Instant from, Instant to, Duration start) {
    /** So long the outage was there for it to see. */
    Duration saw(Down outage) {
      Instant first = from.isAfter(outage.from()) ? from : outage.from();
      Instant last = to.isBefore(outage.to()) ? to : outage.to();
      return Duration.between(first, last);
    }

    boolean mustSee(Down outage) {
      Duration slack = start.compareTo(SLACK) > 0 ? start : SLACK;
      return saw(outage).compareTo(INTERVAL.plus(slack)) > 0;
    }
  }

  private final Path definitions;
  private final SplittableRandom dice = new SplittableRandom(SEED);
  private final List<Watch> watched = new ArrayList<>();
  private final List<Instant> kills = new ArrayList<>();
  private final List<Long> startMillis = new ArrayList<>();

  KilledTest(@TempDir Path directory) {
    this.definitions = directory.resolve("probes.json");
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatWasAnnouncedIsNeitherLostNorDoubled() throws Exception {
    // Given
    System.out.printf("killed: seed %d%n", SEED);
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
    try (ServiceReceiver receiver = new ServiceReceiver(timer);
        KilledSite site = new KilledSite(timer, dice.split())) {
      ServiceSite.write(definitions, definitions(site, receiver));
      // When
      for (int i = 0; i < KILLS; i++) {
        live(receiver);
      }
      List<Down> outages = site.end();
      List<JsonObject> stories = settled();
      // Then
      assertTold(outages, stories, receiver.heard());
    } finally {
      timer.shutdownNow();
    }
  }

  private static JsonObject definitions(KilledSite site, ServiceReceiver receiver) {
    return new JsonObject()
        .put(
            "defaults",
            new JsonObject().put("interval", INTERVAL.toMillis() + "ms").put("timeout", "3s"))
        .put("probes", site.probes())
        .put("notify", SwitchedSite.notified(receiver));
  }

  /** Starts it and kills it: anywhere, or at the very message that it sends. */
  private void live(ServiceReceiver receiver) throws Exception {
    KilledService service = new KilledService(definitions);
    CountDownLatch dead = new CountDownLatch(1);
    Runnable kill =
        () -> {
          if (service.alive()) {
            service.kill();
          }
          dead.countDown();
        };
    if (dice.nextInt(4) == 0) {
      // At its start, or soon after it.
      pause(dice.nextInt(2_500));
    } else {
      service.ready().get(60, TimeUnit.SECONDS);
      pause(dice.nextInt((int) LIFE_MILLIS));
      long later = dice.nextInt(3) == 0 ? dice.nextInt(30) : 0;
      switch (dice.nextInt(3)) {
        case 0 -> receiver.beforeNextAnswer(kill);
        case 1 ->
            receiver.afterNextAnswer(
                () -> {
                  if (later > 0) {
                    pauseQuietly(later);
                  }
                  kill.run();
                });
        default -> kill.run();
      }
      dead.await(LIFE_MILLIS, TimeUnit.MILLISECONDS);
    }
    receiver.beforeNextAnswer(() -> {});
    receiver.afterNextAnswer(() -> {});
    service.kill();
    kills.add(Instant.now());
    lived(service, Instant.now());
  }

  private void lived(KilledService service, Instant to) {
    Instant ready = service.ready().getNow(null);
    if (ready != null) {
      startMillis.add(Duration.between(service.started, ready).toMillis());
      watched.add(new Watch(ready, to, Duration.between(service.started, ready)));
    }
  }

  /** Starts it once more and lets it come to the end; the stories of all incidents. */
  private List<JsonObject> settled() throws Exception {
    KilledService service = new KilledService(definitions);
    try {
      service.ready().get(60, TimeUnit.SECONDS);
      lived(service, Instant.now());
      ServiceProcess.until(
          SETTLE_MILLIS,
          "all incidents are over",
          () -> {
            try {
              return incidents(service).stream()
                  .allMatch(one -> "resolved".equals(one.getString("state")));
            } catch (Exception notNow) {
              return false;
            }
          });
      // What is still on its way to the receiver.
      pause(1_500);
      List<JsonObject> stories = new ArrayList<>();
      for (JsonObject one : incidents(service)) {
        stories.add(new JsonObject(service.get("/api/v1/incidents/" + one.getString("id")).body()));
      }
      return stories;
    } finally {
      service.kill();
    }
  }

  private static Collection<JsonObject> incidents(KilledService service) throws Exception {
    Map<String, JsonObject> all = new LinkedHashMap<>();
    String after = "";
    while (after != null) {
      String asked = "/api/v1/incidents?from=2020-01-01T00:00:00Z&limit=100" + after;
      JsonObject page = new JsonObject(service.get(asked).body());
      page.getJsonArray("incidents")
          .forEach(one -> all.put(((JsonObject) one).getString("id"), (JsonObject) one));
      String next = page.getString("next");
      after = next == null ? null : "&after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }
    return all.values();
  }

  private void assertTold(List<Down> outages, List<JsonObject> stories, List<Heard> heard) {
    Map<String, List<Heard>> byKey = new LinkedHashMap<>();
    heard.forEach(one -> byKey.computeIfAbsent(one.key(), key -> new ArrayList<>()).add(one));
    List<String> faults = new ArrayList<>();
    Map<String, Integer> opened = new HashMap<>();
    Map<String, Integer> resolved = new HashMap<>();
    Map<String, String> since = new HashMap<>();
    long repeated = 0;
    long seq = 0;
    for (List<Heard> same : byKey.values()) {
      Heard first = same.get(0);
      if (first.event().equals("opened")) {
        opened.merge(first.id(), 1, Integer::sum);
      } else if (first.event().equals("resolved")) {
        resolved.merge(first.id(), 1, Integer::sum);
      }
      if (first.seq() <= seq) {
        faults.add("seq falls at " + first.key() + " after " + seq);
      }
      seq = first.seq();
      String began = first.incident().getString("since");
      if (!began.equals(since.computeIfAbsent(first.id(), id -> began))) {
        faults.add("since moved: " + first.incident().encode());
      }
      for (int i = 1; i < same.size(); i++) {
        repeated++;
        Instant before = same.get(i - 1).at();
        Instant again = same.get(i).at();
        if (kills.stream()
            .noneMatch(
                kill ->
                    !kill.isBefore(before)
                        && kill.isBefore(again)
                        && kill.isBefore(before.plus(COMMIT)))) {
          faults.add("told twice without a kill in between: " + first.key());
        }
      }
    }
    for (JsonObject story : stories) {
      String id = incident(story).getString("id");
      for (String event : List.of("opened", "resolved")) {
        long stored = events(story, event);
        int told = (event.equals("opened") ? opened : resolved).getOrDefault(id, 0);
        if (stored != 1 || told != 1) {
          faults.add(id + ": " + event + " stored " + stored + " times, told " + told + " times");
        }
      }
    }
    opened.keySet().stream()
        .filter(id -> stories.stream().noneMatch(s -> id.equals(incident(s).getString("id"))))
        .forEach(id -> faults.add("told and not stored: " + id));
    int lost = 0;
    int doubled = 0;
    for (Down outage : outages) {
      List<JsonObject> told = stories.stream().filter(story -> covers(story, outage)).toList();
      long begun =
          told.stream()
              .filter(story -> !since(story).isBefore(outage.from().minusMillis(50)))
              .count();
      if (told.isEmpty() && mustBeSeen(outage)) {
        lost++;
        faults.add(
            "lost: "
                + outage
                + watched.stream().filter(watch -> watch.saw(outage).toMillis() > 0).toList());
      }
      if (begun > 1) {
        doubled++;
        faults.add("doubled: " + outage + " " + told);
      }
    }
    startMillis.sort(null);
    List<Long> detected = detected(outages, heard);
    System.out.printf(
        "killed: %d kills, %d outages (%d of them long enough to be seen), %d incidents opened,"
            + " %d resolved, %d lost, %d doubled, %d messages, %d repeated with the same key;"
            + " ready after a kill in %s ms (median), %s ms (longest); told after %s ms (median),"
            + " %s ms (longest) of watching%n",
        kills.size(),
        outages.size(),
        outages.stream().filter(this::mustBeSeen).count(),
        opened.size(),
        resolved.size(),
        lost,
        doubled,
        heard.size(),
        repeated,
        startMillis.get(startMillis.size() / 2),
        startMillis.get(startMillis.size() - 1),
        detected.isEmpty() ? null : detected.get(detected.size() / 2),
        detected.isEmpty() ? null : detected.get(detected.size() - 1));
    assertEquals(List.of(), faults, "seed " + SEED);
    assertEquals(KILLS, kills.size());
  }

  /** How long it took to tell of an outage, from when it began and somebody watched; ascending. */
  private List<Long> detected(List<Down> outages, List<Heard> heard) {
    return heard.stream()
        .filter(one -> one.event().equals("opened"))
        .flatMap(
            one ->
                outages.stream()
                    .filter(
                        outage ->
                            one.incident().getJsonArray("probes").contains(outage.probe())
                                && !one.at().isBefore(outage.from())
                                && one.at().isBefore(outage.to()))
                    .flatMap(
                        outage ->
                            watched.stream()
                                .filter(
                                    watch ->
                                        !one.at().isBefore(watch.from())
                                            && one.at().isBefore(watch.to()))
                                .map(
                                    watch ->
                                        new Watch(watch.from(), one.at(), watch.start())
                                            .saw(outage)
                                            .toMillis())))
        .sorted()
        .toList();
  }

  private boolean mustBeSeen(Down outage) {
    return watched.stream().anyMatch(watch -> watch.mustSee(outage));
  }

  private static boolean covers(JsonObject story, Down outage) {
    JsonObject incident = incident(story);
    return incident.getJsonArray("probes").contains(outage.probe())
        && !since(story).isAfter(outage.to())
        && !Instant.parse(incident.getString("resolvedAt")).isBefore(outage.from());
  }

  private static Instant since(JsonObject story) {
    return Instant.parse(incident(story).getString("since"));
  }

  private static JsonObject incident(JsonObject story) {
    return story.containsKey("incident") ? story.getJsonObject("incident") : story;
  }

  private static long events(JsonObject story, String event) {
    return story.getJsonArray("events", new JsonArray()).stream()
        .filter(one -> event.equals(((JsonObject) one).getString("event")))
        .count();
  }

  private static void pause(long millis) throws InterruptedException {
    assertTrue(!new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS));
  }

  private static void pauseQuietly(long millis) {
    java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000);
  }
}
