package dev.why502.remedy;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.app.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class HostLockTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void oneHoldsItAtATime() throws IOException {
    // Given
    Path file = directory.resolve("data/remedy.lock");
    HostLock first = requireNonNull(HostLock.take(file));
    // When
    HostLock second = HostLock.take(file);
    first.close();
    HostLock third = HostLock.take(file);
    // Then
    assertNull(second);
    assertNotNull(third);
    third.close();
  }

  /** The lock of another process, which only the kernel knows of. */
  @Test
  void anotherProcessHoldsIt() throws Exception {
    // Given
    ServiceProcess.require("python3", "--version");
    Path file = directory.resolve("remedy.lock");
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX);"
                    + " print('held',flush=True); sys.stdin.read()",
                file.toString())
            .start();
    byte[] said = other.getInputStream().readNBytes(4);
    // When
    HostLock during = HostLock.take(file);
    other.getOutputStream().close();
    other.waitFor(10, TimeUnit.SECONDS);
    HostLock after = HostLock.take(file);
    // Then
    assertEquals("held", new String(said, StandardCharsets.UTF_8));
    assertNull(during);
    assertNotNull(after);
    after.close();
  }
}
