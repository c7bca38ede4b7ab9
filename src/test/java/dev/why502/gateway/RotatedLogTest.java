package dev.why502.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Access;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class RotatedLogTest {
  private static final int LINES = 2_000;

  private Path directory;
  private Path file;
  private RotatedLog log;
  private long nanos = 1;

  @BeforeEach
  void setUp(@TempDir Path temporary) throws IOException {
    directory = temporary;
    file = directory.resolve("error.log");
    Files.createFile(file);
    log = new RotatedLog(file, () -> nanos);
  }

  @AfterEach
  void tearDown() {
    log.close();
  }

  /** The ways in which a log is rotated. */
  enum Rotation {
    RENAME {
      @Override
      void rotate(RotatedLogTest test, int round) throws IOException {
        Files.move(test.file, test.directory.resolve("error.log." + round));
        Files.createFile(test.file);
      }
    },
    DELETE {
      @Override
      void rotate(RotatedLogTest test, int round) throws IOException {
        Files.delete(test.file);
        Files.createFile(test.file);
      }
    },
    SYMLINK {
      @Override
      void rotate(RotatedLogTest test, int round) throws IOException {
        Path next = Files.createFile(test.directory.resolve("target." + round));
        Path link = Files.createSymbolicLink(test.directory.resolve("link"), next);
        Files.move(
            link, test.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    };

    abstract void rotate(RotatedLogTest test, int round) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void nothingIsLostOrDoubledWhereTheFileIsReplaced(Rotation rotation) throws IOException {
    // Given
    Random random = new Random(502);
    List<String> seen = new ArrayList<>();
    RotatedLog.Mark mark = log.mark();
    // When
    OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND);
    for (int i = 0; i < LINES; i++) {
      writer.write(line(i));
      if (i % 200 == 150) {
        // As logrotate does it: the writer goes on in the old file until it is told.
        rotation.rotate(this, i);
        if (random.nextBoolean()) {
          mark = read(mark, seen);
        }
        writer.write(("old " + i + "\n").getBytes(StandardCharsets.UTF_8));
        writer.close();
        writer = Files.newOutputStream(file, StandardOpenOption.APPEND);
      }
      if (random.nextInt(40) == 0) {
        mark = read(mark, seen);
      }
    }
    writer.close();
    read(mark, seen);
    // Then
    List<String> numbered = seen.stream().filter(text -> text.startsWith("line")).toList();
    assertEquals(IntStream.range(0, LINES).mapToObj(i -> text(i)).toList(), numbered);
    assertEquals(LINES + LINES / 200, seen.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 37, 211})
  void nothingIsDoubledWhereTheFileIsTruncated(int readEvery) throws IOException {
    // Given
    List<String> seen = new ArrayList<>();
    List<String> never = new ArrayList<>();
    RotatedLog.Mark mark = log.mark();
    // When
    try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      for (int i = 0; i < LINES; i++) {
        writer.write(line(i));
        never.add(text(i));
        if (i % readEvery == 0) {
          mark = read(mark, seen);
          never.clear();
        }
        if (i % 200 == 150) {
          Files.copy(file, directory.resolve("error.log." + i));
          Files.newByteChannel(file, StandardOpenOption.WRITE).truncate(0).close();
          seen.addAll(never);
          never.clear();
        }
      }
    }
    read(mark, seen);
    // Then
    assertEquals(seen.size(), new HashSet<>(seen).size(), "doubled");
    assertEquals(LINES, seen.size(), "lost, though not by the truncation");
  }

  @Test
  void truncationIsSeenWhenTheFileHasGrownBeyondItsOldEnd() throws IOException {
    // Given
    append("first\n");
    RotatedLog.Mark mark = log.mark();
    // When
    Files.writeString(file, "a quite different line\nand another\n");
    RotatedLog.Reading reading = log.since(mark);
    // Then
    assertEquals(List.of("a quite different line", "and another"), reading.lines());
    assertTrue(reading.restarted());
  }

  @Test
  void lineThatIsNotWholeWaits() throws IOException {
    // Given
    append("old\nhal");
    RotatedLog.Mark mark = log.mark();
    // When
    append("f\nsec");
    RotatedLog.Reading first = log.since(mark);
    append("ond\n");
    RotatedLog.Reading second = log.since(first.end());
    // Then
    assertEquals(List.of("half"), first.lines());
    assertEquals(List.of("second"), second.lines());
  }

  @Test
  void longLineIsCutAndItsRestSkipped() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    List<String> seen = new ArrayList<>();
    // When
    append("x".repeat(100_000));
    mark = read(mark, seen);
    append("x".repeat(600_000));
    mark = read(mark, seen);
    append("x\nnext\n");
    read(mark, seen);
    // Then
    assertEquals(List.of("x".repeat(LogLines.MAX_LINE_BYTES), "next"), seen);
  }

  @Test
  void readingIsBoundedAndGoesOn() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    append(("y".repeat(99) + "\n").repeat(10_000));
    // When
    RotatedLog.Reading reading = log.since(mark);
    List<String> rest = new ArrayList<>();
    read(reading.end(), rest);
    // Then
    assertTrue(reading.cut());
    assertTrue(reading.lines().size() <= RotatedLog.WINDOW_BYTES / 100);
    assertEquals(10_000, reading.lines().size() + rest.size());
  }

  @Test
  void manyShortLinesAreBounded() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    append("\n".repeat(12_000));
    // When
    RotatedLog.Reading reading = log.since(mark);
    List<String> rest = new ArrayList<>();
    read(reading.end(), rest);
    // Then
    assertEquals(RotatedLog.MAX_LINES, reading.lines().size());
    assertEquals(7_000, rest.size());
  }

  @Test
  void backlogBeyondReasonIsSkippedAndSaid() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    byte[] megabyte = ("z".repeat(1023) + "\n").repeat(1024).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20; i++) {
      Files.write(file, megabyte, StandardOpenOption.APPEND);
    }
    append("the last\n");
    // When
    RotatedLog.Reading reading = log.since(mark);
    // Then
    assertTrue(reading.skipped());
    assertEquals("the last", reading.lines().get(reading.lines().size() - 1));
  }

  @Test
  void absentLogIsNotReadableAndReadFromItsStartOnceThere() throws IOException {
    // Given
    Files.delete(file);
    RotatedLog.Mark mark = log.mark();
    // When
    Access before = log.since(mark).access();
    Files.writeString(file, "born\n");
    RotatedLog.Reading after = log.since(mark);
    // Then
    assertEquals(Access.denied("no such file"), before);
    assertEquals(Access.GRANTED, after.access());
    assertEquals(List.of("born"), after.lines());
  }

  @Test
  void directoryIsNoLog() throws IOException {
    // Given
    Files.delete(file);
    Files.createDirectory(file);
    // When
    RotatedLog.Mark mark = log.mark();
    // Then
    assertEquals(Access.denied("not a regular file"), mark.access());
  }

  @Test
  void fifoIsNotOpened() throws Exception {
    // Given
    Files.delete(file);
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    // When
    RotatedLog.Mark mark = log.mark();
    // Then
    assertEquals(Access.denied("not a regular file"), mark.access());
  }

  @Test
  void logThatBecomesReadableLaterHasNoNewLines() throws IOException {
    // Given
    Files.delete(file);
    Files.createDirectory(file);
    RotatedLog.Mark mark = log.mark();
    Files.delete(file);
    Files.writeString(file, "of unknown age\n");
    // When
    RotatedLog.Reading reading = log.since(mark);
    append("new\n");
    RotatedLog.Reading next = log.since(reading.end());
    // Then
    assertFalse(reading.access().readable());
    assertEquals(List.of(), reading.lines());
    assertEquals(List.of("new"), next.lines());
    assertEquals(Access.GRANTED, next.access());
  }

  @Test
  void oldLinesStandBeforeTheMark() throws IOException {
    // Given
    append("one\ntwo\n");
    RotatedLog.Mark mark = log.mark();
    append("three\n");
    // When
    RotatedLog.Reading reading = log.before(mark);
    // Then
    assertEquals(List.of("one", "two"), reading.lines());
  }

  @Test
  void tailOfHugeLogIsShortAndBeginsWithWholeLine() throws IOException {
    // Given
    for (int i = 0; i < LINES * 10; i++) {
      Files.write(file, line(i), StandardOpenOption.APPEND);
    }
    // When
    RotatedLog.Reading reading = log.before(log.mark());
    // Then
    List<String> lines = reading.lines();
    assertTrue(reading.cut());
    assertEquals(text(LINES * 10 - 1), lines.get(lines.size() - 1));
    assertEquals(text(LINES * 10 - lines.size()), lines.get(0));
  }

  @Test
  void oldFileIsLetGo() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    try (OutputStream old = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      Files.move(file, directory.resolve("error.log.1"));
      Files.createFile(file);
      mark = log.since(mark).end();
      nanos += RotatedLog.RETIRED_NANOS + 1;
      old.write(line(1));
    }
    append("new\n");
    // When
    RotatedLog.Reading reading = log.since(mark);
    // Then
    assertEquals(List.of("new"), reading.lines());
  }

  @Test
  void bytesThatAreNotUtf8AreKeptOneByOne() throws IOException {
    // Given
    RotatedLog.Mark mark = log.mark();
    Files.write(file, new byte[] {'a', (byte) 0xE9, 0x1b, '\n'}, StandardOpenOption.APPEND);
    append("\u00e9\u202e\n");
    // When
    List<String> lines = log.since(mark).lines();
    // Then
    assertEquals(List.of("a\u00e9\u001b", "\u00e9\u202e"), lines);
  }

  private RotatedLog.Mark read(RotatedLog.Mark mark, List<String> into) {
    RotatedLog.Reading reading;
    RotatedLog.Mark from = mark;
    do {
      reading = log.since(from);
      into.addAll(reading.lines());
      from = reading.end();
    } while (reading.cut());
    return from;
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  private static String text(int i) {
    return "line " + i + " of a log that is turned over now and then";
  }

  private static byte[] line(int i) {
    return (text(i) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
