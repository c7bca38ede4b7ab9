package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;

/** Host facts over fake programs in a folder of their own, and what tests of them need. */
final class Facts implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final HostFacts facts;

  Facts(Path folder, InstantSource clock) {
    this(folder, clock, Map.of());
  }

  Facts(Path folder, InstantSource clock, Map<String, String> more) {
    this.folder = folder;
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("SHOP_PASSWORD", "not-for-children");
    environment.putAll(more);
    this.facts = new HostFacts(vertx, clock, environment, Path.of("/proc"));
  }

  HostFacts host() {
    return facts;
  }

  /** A program that is found before the system's own. */
  Path program(String name, String script) throws IOException {
    Path file = write("bin/" + name, "#!/bin/bash\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** The value of a future that must neither fail nor take long. */
  static <T> T of(Future<T> future) {
    try {
      return future.await(15, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      return fail("no answer in 15 s", late);
    }
  }

  /** Skips aloud where a program is missing, or fails where all must be there. */
  static void needs(String program) {
    boolean there = CommandRunner.find(program, System.getenv("PATH")) != null;
    if (Boolean.getBoolean("why502.require.gateways")) {
      assertTrue(there, program + " is not installed");
    }
    Assumptions.assumeTrue(there, program + " is not installed: skipped");
  }

  @Override
  public void close() {
    of(facts.close());
    of(vertx.close());
  }
}
