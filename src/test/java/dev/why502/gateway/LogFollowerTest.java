package dev.why502.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class LogFollowerTest {
  private Path directory;
  private Vertx vertx;
  private Path file;
  private LogFollower follower;

  @BeforeEach
  void setUp(@TempDir Path temporary) throws IOException {
    directory = temporary;
    vertx = Vertx.vertx();
    file = Files.writeString(directory.resolve("error.log"), "before\n");
    follower = new LogFollower(vertx, file);
  }

  @AfterEach
  void tearDown() throws Exception {
    await(follower.close());
    await(vertx.close());
  }

  @Test
  void linesAfterMarkAreRead() throws Exception {
    // Given
    LogFollower.Mark mark = await(follower.mark());
    Files.writeString(file, "after\n", StandardOpenOption.APPEND);
    // When
    LogFollower.Reading since = await(follower.since(mark));
    LogFollower.Reading before = await(follower.before(mark));
    LogFollower.Reading tail = await(follower.tail());
    // Then
    assertEquals(List.of("after"), since.lines());
    assertEquals(List.of("before"), before.lines());
    assertEquals(List.of("before", "after"), tail.lines());
  }

  @Test
  void followingHandsOverEachLineOnceThroughRotation() throws Exception {
    // Given
    List<String> seen = new ArrayList<>();
    List<Promise<Void>> batches =
        IntStream.range(0, 5).mapToObj(i -> Promise.<Void>promise()).toList();
    Promise<Void> ready = Promise.promise();
    vertx.exceptionHandler(failure -> {});
    follower.followReadings(
        5,
        reading -> {
          ready.tryComplete();
          seen.addAll(reading.lines());
          for (int batch = 0; batch < 5; batch++) {
            if (seen.contains(Integer.toString(batch * 100 + 99))) {
              batches.get(batch).tryComplete();
            }
          }
          if (reading.lines().contains("250")) {
            throw new IllegalStateException("a consumer may fail; following goes on");
          }
        });
    await(ready.future());
    // When
    for (int i = 0; i < 500; i++) {
      Files.writeString(file, i + "\n", StandardOpenOption.APPEND);
      if (i % 100 == 99) {
        await(batches.get(i / 100).future());
        Files.move(file, directory.resolve("error.log." + i));
        Files.createFile(file);
      }
    }
    // Then
    assertEquals(IntStream.range(0, 500).mapToObj(Integer::toString).toList(), List.copyOf(seen));
  }

  @Test
  void closedFollowerReadsNothingAndDoesNotFail() throws Exception {
    // Given
    await(follower.close());
    // When
    LogFollower.Mark mark = await(follower.mark());
    // Then
    assertEquals(false, mark.access().readable());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
