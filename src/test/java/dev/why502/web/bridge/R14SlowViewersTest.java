package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.bus.Samples;
import dev.why502.diagnosis.Verdict;
import dev.why502.web.Service;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * R14: a viewer that does not read costs neither memory nor anybody else's news. The whole length:
 * {@code mvn verify -Dtest='R14*' -Dwhy502.load.seconds=60}.
 */
@Timeout(180)
@Isolated("what it measures or catches is the process's own")
class R14SlowViewersTest {
  private static final int VIEWERS = Integer.getInteger("why502.load.viewers", 1_000);
  private static final int STUCK = 50;
  private static final int PER_SECOND = 200;
  private static final int SECONDS = Integer.getInteger("why502.load.seconds", 10);

  /** Of a JVM that has just started, which compiles while it runs; nothing of it is measured. */
  private static final int WARMING_SECONDS = 3;

  private static final long MEGABYTE = 1024 * 1024;

  @Test
  void thousandViewersLoseNothingWhileFiftyDoNotRead() throws Exception {
    // Given
    int warming = PER_SECOND * WARMING_SECONDS;
    int messages = PER_SECOND * SECONDS;
    AtomicLongArray sentNanos = new AtomicLongArray(warming + messages + 1);
    List<SocketChannel> stuck = new ArrayList<>();
    try (Service service = start(VIEWERS);
        Crowd crowd = new Crowd(sentNanos)) {
      Verdict verdict = usual(service);
      crowd.join(service.port(), VIEWERS - STUCK, Addresses.VERDICTS);
      Runnable one =
          () -> {
            sentNanos.set((int) service.sequence.get() + 1, System.nanoTime());
            service.feed.verdict(verdict);
          };
      until(10_000, () -> service.meters.sockets() == VIEWERS - STUCK);
      // Each registration was read before what this asks.
      service.connect().ask(Addresses.QUERY_INCIDENTS, new JsonObject());
      crowd.start();
      publish(warming, one);
      until(20_000, () -> crowd.received() >= (long) warming * (VIEWERS - STUCK));
      assertEquals((long) warming * (VIEWERS - STUCK), crowd.forget());
      for (int i = 0; i < STUCK; i++) {
        stuck.add(Crowd.stuck(service.port(), Addresses.VERDICTS));
      }
      until(10_000, () -> service.meters.sockets() == VIEWERS + 1);
      long before = heapAfterCollection();
      int bytes = service.json.verdict(verdict, 1).toBuffer().length();
      // When
      long cpuBefore = cpuNanos();
      long began = System.nanoTime();
      publish(messages, one);
      double cpu = (cpuNanos() - cpuBefore) / 1e9;
      double took = (System.nanoTime() - began) / 1e9;
      long expected = (long) messages * (VIEWERS - STUCK);
      until(20_000, () -> crowd.received() >= expected || crowd.ended() > 0);
      until(10_000, () -> service.meters.sockets() <= VIEWERS - STUCK + 1);
      long rise = heapAfterCollection() - before;
      // Then
      System.out.printf(
          Locale.ROOT,
          "R14: %d viewers, %d of them not reading, %d verdicts of %d bytes in %.1f s (%.1f s of CPU,"
              + " readers' too): delivered"
              + " %d, lost %d; latency p50 %.1f ms, p99 %.1f ms (aim: under 100), p999 %.1f ms; not reading and"
              + " closed %d; heap +%d MB, buffers %d kB%n",
          VIEWERS,
          STUCK,
          messages,
          bytes,
          took,
          cpu,
          crowd.received(),
          crowd.lost(),
          crowd.latencyMillis(500),
          crowd.latencyMillis(990),
          crowd.latencyMillis(999),
          VIEWERS + 1 - service.meters.sockets(),
          rise / MEGABYTE,
          Outgoing.MEMORY.metric().usedDirectMemory() / 1024);
      assertEquals(0, crowd.ended(), "viewers that read were closed");
      assertEquals(0, crowd.lost());
      assertEquals(expected, crowd.received());
      assertEquals(VIEWERS - STUCK + 1, service.meters.sockets());
      assertTrue(rise < 64 * MEGABYTE, "the heap rose by " + rise);
      until(5_000, () -> Outgoing.MEMORY.metric().usedDirectMemory() == 0);
    } finally {
      for (SocketChannel one : stuck) {
        one.close();
      }
    }
  }

  @Test
  void killedViewersGiveTheirPlacesBack() throws Exception {
    // Given
    int viewers = 200;
    List<SocketChannel> killed = new ArrayList<>();
    try (Service service = start(viewers)) {
      for (int i = 0; i < viewers; i++) {
        killed.add(Crowd.stuck(service.port(), Addresses.VERDICTS));
      }
      until(10_000, () -> service.meters.sockets() == viewers);
      // When: what a kernel does for a process that was killed while something was unread
      long began = System.nanoTime();
      for (SocketChannel one : killed) {
        one.setOption(StandardSocketOptions.SO_LINGER, 0);
        one.close();
      }
      // Then
      until(90_000, () -> service.meters.sockets() == 0);
      System.out.printf(
          Locale.ROOT,
          "R14: %d viewers killed, all places free after %d ms%n",
          viewers,
          (System.nanoTime() - began) / 1_000_000);
      assertEquals(0, service.connections());
    }
  }

  /** The sample with as much of its evidence as makes 4 KiB. */
  private static Verdict usual(Service service) {
    Verdict whole = Samples.down("templates");
    Verdict cut = whole;
    for (int kept = 0; kept < whole.evidence().size(); kept++) {
      Verdict next =
          new Verdict(
              whole.probe(),
              whole.state(),
              whole.cause(),
              whole.confidence(),
              whole.summary(),
              whole.gateway(),
              whole.upstream(),
              whole.proxyStatus(),
              whole.chain(),
              whole.evidence().subList(0, kept),
              whole.ruledOut(),
              whole.unsettled(),
              whole.fix(),
              whole.risks(),
              whole.since(),
              whole.at(),
              whole.node());
      if (service.json.verdict(next, 1).toBuffer().length() > 4096) {
        break;
      }
      cut = next;
    }
    return cut;
  }

  private static Service start(int viewers) {
    return Service.start(
        new WebOptions(
            "127.0.0.1",
            0,
            null,
            List.of(),
            null,
            -1,
            WebOptions.Times.DEFAULT,
            new WebOptions.Limits(viewers + 10, viewers + 20)));
  }

  /** So many at a steady rate. */
  private static void publish(int messages, Runnable one) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(messages);
    CountDownLatch done = new CountDownLatch(1);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    var unused =
        clock.scheduleAtFixedRate(
            () -> {
              if (left.getAndDecrement() > 0) {
                one.run();
              } else {
                done.countDown();
              }
            },
            0,
            1_000_000 / PER_SECOND,
            TimeUnit.MICROSECONDS);
    assertTrue(done.await(3L * SECONDS + 10, TimeUnit.SECONDS));
    clock.shutdownNow();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void until(long millis, java.util.function.BooleanSupplier so)
      throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long end = System.nanoTime() + millis * 1_000_000;
    while (!so.getAsBoolean() && System.nanoTime() < end) {
      assertTrue(!never.await(20, TimeUnit.MILLISECONDS));
    }
  }
}
