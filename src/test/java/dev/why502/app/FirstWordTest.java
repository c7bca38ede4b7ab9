package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Reading;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How long the running service takes from the end of the first failing run of a probe to the
 * verdict that says so on the bus, while twenty services behind one nginx fail and recover. The
 * first fault of each is not counted: it would measure a cold virtual machine.
 */
@Timeout(90)
@Isolated("what it measures or catches is the process's own")
class FirstWordTest {
  private static final int SITES = 20;
  private static final int FAULTS = 10;
  private static final double BOUND_MILLIS = 1000;
  private static final InstantSource CLOCK = InstantSource.system();

  @RegisterExtension static final RealSite SITE = new RealSite();

  private final Map<String, Patient> patients = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Double> words = new ConcurrentLinkedQueue<>();
  private final CountDownLatch warm = new CountDownLatch(SITES);
  private final CountDownLatch treated = new CountDownLatch(SITES);

  @Test
  void nearlyEveryFirstWordComesWithinASecond() throws Exception {
    // Given
    Path definitions = twentySites();
    DefinitionsReader reader = new DefinitionsReader(System::getenv);
    Reading first = reader.read(definitions);
    assertEquals(List.of(), first.problems());
    Service service =
        Service.start(new ServiceOptions(definitions, WebOptions.local(0)), reader, first)
            .await(20, TimeUnit.SECONDS);

    // When
    boolean all;
    try {
      service
          .vertx()
          .eventBus()
          .<JsonObject>consumer(
              Addresses.OBSERVATIONS, message -> observed(message.body(), CLOCK.instant()));
      service
          .vertx()
          .eventBus()
          .<JsonObject>consumer(
              Addresses.VERDICTS, message -> judged(message.body(), CLOCK.instant()));
      all = treated.await(70, TimeUnit.SECONDS);
    } finally {
      service.stop().await(20, TimeUnit.SECONDS);
    }

    // Then
    List<Double> sorted = new ArrayList<>(words);
    sorted.sort(null);
    assertTrue(all, "only " + sorted.size() + " faults were told and cured: " + patients);
    assertEquals(SITES * FAULTS, sorted.size());
    double p99 = at(sorted, 0.99);
    System.out.printf(
        "first word: %d faults, p50 %.0f ms, p99 %.0f ms, max %.0f ms%n",
        sorted.size(), at(sorted, 0.5), p99, sorted.get(sorted.size() - 1));
    assertTrue(p99 < BOUND_MILLIS, "p99 is " + p99 + " ms");
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private Path twentySites() throws IOException {
    int port = SITE.port();
    StringBuilder locations = new StringBuilder();
    for (int i = 0; i < SITES; i++) {
      RealSiteService behind = SITE.service(RealSiteService.answers(200));
      String id = "site-" + i;
      patients.put(id, new Patient(behind));
      locations.append(
          "location /%d/ { proxy_pass http://127.0.0.1:%d; }\n".formatted(i, behind.port()));
      SITE.edge(id, "http://127.0.0.1:" + port + "/" + i + "/", "front")
          .put("interval", "250ms")
          .put("timeout", "2s");
    }
    SITE.nginx("front", port, "server {\n listen 127.0.0.1:%d;\n%s}\n".formatted(port, locations));
    return SITE.definitions();
  }

  private void observed(JsonObject observation, Instant arrived) {
    Patient patient = patients.get(observation.getString("probe"));
    if (patient != null && !observation.getString("outcome").equals("expected")) {
      patient.seen(ended(observation), arrived);
    }
  }

  /** When the run was over: a word is late from then on. */
  private static Instant ended(JsonObject observation) {
    long micros = Math.round(observation.getDouble("durationMillis") * 1000);
    return Instant.parse(observation.getString("at")).plusNanos(micros * 1000);
  }

  private void judged(JsonObject verdict, Instant arrived) {
    Patient patient = patients.get(verdict.getString("probe"));
    if (patient == null) {
      return;
    }
    if (verdict.getString("state").equals("up")) {
      recovered(patient);
    } else {
      Double millis = patient.told(verdict.getString("state"), arrived);
      if (millis != null && warm.getCount() == 0) {
        words.add(millis);
      }
    }
  }

  private void recovered(Patient patient) {
    if (patient.ill()) {
      return;
    }
    if (patient.faults() == 0) {
      patient.harm();
    } else if (patient.faults() == 1) {
      warm.countDown();
      if (warm.getCount() == 0) {
        patients.values().forEach(Patient::harm);
      }
    } else if (patient.faults() <= FAULTS) {
      patient.harm();
    } else {
      treated.countDown();
    }
  }

  /** One service that is made ill as soon as it is said to be well, and cured when it is not. */
  private static final class Patient {
    private final RealSiteService service;
    private boolean ill;
    private int faults;
    private @Nullable Instant firstSeen;

    Patient(RealSiteService service) {
      this.service = service;
    }

    synchronized boolean ill() {
      return ill;
    }

    synchronized int faults() {
      return faults;
    }

    synchronized void seen(Instant ended, Instant arrived) {
      if (ill && firstSeen == null) {
        firstSeen = ended.isBefore(arrived) ? ended : arrived;
      }
    }

    /** Milliseconds from the first failing run to the word that ends this fault, or null. */
    synchronized @Nullable Double told(String state, Instant arrived) {
      if (!ill || !state.equals("down")) {
        return null;
      }
      // A word before the scheduled run ended came from the log: it was not late at all.
      Instant from = firstSeen == null ? arrived : firstSeen;
      ill = false;
      try {
        service.become(RealSiteService.answers(200));
        service.listenAgain();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return Duration.between(from, arrived).toNanos() / 1e6;
    }

    synchronized void harm() {
      ill = true;
      firstSeen = null;
      try {
        switch (faults++ % 3) {
          case 0 -> service.deafen();
          case 1 -> service.become(RealSiteService.closes());
          default -> service.become(RealSiteService.answers(500));
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public synchronized String toString() {
      return (ill ? "ill" : "well") + " after " + faults;
    }
  }
}
