package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Artifact;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.ServiceLog.About;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class FilesTest {
  private Path folder;
  private Facts facts;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    facts = new Facts(folder, InstantSource.fixed(Facts.NOW));
  }

  @AfterEach
  void close() {
    facts.close();
  }

  private Artifact artifact(String path) {
    return Facts.of(facts.host().artifact("backend", path));
  }

  private ServiceLog log(String path) {
    return Facts.of(facts.host().serviceLog("backend", path));
  }

  @Test
  void artifactThatIsThereIsDated() throws IOException {
    // Given
    Path file = facts.write("app/.next/BUILD_ID", "x");
    Files.setLastModifiedTime(file, FileTime.from(Facts.NOW.minusSeconds(60)));
    // When
    Artifact artifact = artifact(file.toString());
    // Then
    assertEquals(true, artifact.exists());
    assertEquals(Facts.NOW.minusSeconds(60), artifact.modifiedAt());
  }

  @Test
  void artifactThatIsMissingIsMissing() throws IOException {
    // Given
    Path file = facts.write("plain", "x");
    // When
    Artifact artifact = artifact(folder.resolve("app/.next/BUILD_ID").toString());
    // Then
    assertEquals(false, artifact.exists());
    assertTrue(artifact.access().readable());
    assertEquals(false, artifact(file + "/below-a-file").exists());
  }

  @Test
  void artifactThatCannotBeLookedAtIsNotKnown() throws IOException {
    // Given a link to itself, which no user may follow
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    // When
    Artifact artifact = artifact(loop + "/BUILD_ID");
    // Then
    assertNull(artifact.exists());
    assertFalse(artifact.access().readable());
    assertNull(artifact("/a\0b").exists());
  }

  @Test
  void errorsOfALogAreFound() throws IOException {
    // Given
    Path file =
        facts.write("err.log", "\u001b[31mError: Cannot find module 'express'\u001b[39m\r\n");
    Files.setLastModifiedTime(file, FileTime.from(Facts.NOW));
    // When
    ServiceLog log = log(file.toString());
    // Then
    assertTrue(log.access().readable());
    assertEquals(Facts.NOW, log.modifiedAt());
    assertEquals(1, log.complaints().size());
    assertEquals(About.MODULE_MISSING, log.complaints().get(0).about());
    assertEquals("Error: Cannot find module 'express'", log.complaints().get(0).text());
  }

  @Test
  void onlyTheEndOfAHugeLogIsRead() throws IOException {
    // Given 5 GB, most of it a hole
    Path file = facts.write("huge.log", "Error: Cannot find module 'old'\n");
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.seek(5L << 30);
      huge.write("\nError: Cannot find module 'new'\n".getBytes(StandardCharsets.UTF_8));
    }
    long began = System.nanoTime();
    // When
    ServiceLog log = log(file.toString());
    // Then
    assertEquals(1, log.complaints().size());
    assertEquals("new", log.complaints().get(0).subject());
    assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/proc/kmsg", "/proc/self/environ", "/", "/no/such.log"})
  void whatIsNoLogIsNotRead(String path) {
    // When
    ServiceLog log = log(path);
    // Then
    assertFalse(log.access().readable());
    assertTrue(log.complaints().isEmpty());
  }

  @Test
  void fifoIsNotRead() throws Exception {
    // Given
    Facts.needs("mkfifo");
    Path fifo = folder.resolve("fifo.log");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    // When
    ServiceLog log = log(fifo.toString());
    // Then
    assertEquals("it is not a regular file", log.access().why());
    assertEquals("fifo", Facts.of(facts.host().socketFile(fifo.toString())).type());
  }

  @Test
  void longDenseLogIsReadQuickly() throws IOException {
    // Given 64 KiB of lines that come close to many rules
    String line = "error: cannot find in use required refused permission denied killed A_B C_D\n";
    Path file = facts.write("dense.log", line.repeat(2000));
    long began = System.nanoTime();
    // When
    ServiceLog log = log(file.toString());
    // Then
    assertTrue(log.access().readable());
    assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2));
  }
}
