package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactReaderTest {
  private static final Instant BUILT = Instant.parse("2025-09-18T09:46:00Z");

  @TempDir Path folder;

  @Test
  void buildOlderThanItsSourceIsTold() throws Exception {
    // Given
    Path build = file(".next/BUILD_ID", BUILT);
    file("src/old.ts", BUILT.minusSeconds(60));
    Path newer = file("src/app/page.tsx", BUILT.plusSeconds(60));

    // When
    Artifact read = ArtifactReader.read("backend", build.toString(), BUILT);

    // Then
    assertEquals(newer.toString(), read.newerSource());
    assertTrue(read.summary().contains("older than its source"), read.summary());
  }

  @Test
  void whatIsNoSourceDoesNotCount() throws Exception {
    // Given
    Path build = file("dist/server/main.js", BUILT);
    file("dist/server/later.js", BUILT.plusSeconds(60));
    file("node_modules/x/index.js", BUILT.plusSeconds(60));
    file(".git/hooks/x.js", BUILT.plusSeconds(60));
    file("logs/error.log", BUILT.plusSeconds(60));
    file("src/same.ts", BUILT.plusMillis(500));

    // When
    Artifact read = ArtifactReader.read("backend", build.toString(), BUILT);

    // Then
    assertNull(read.newerSource());
  }

  @Test
  void fileOfNoBuildHasNoSource() throws Exception {
    // Given
    Path plain = file("server.js", BUILT);
    file("src/new.ts", BUILT.plusSeconds(60));

    // When
    Artifact read = ArtifactReader.read("backend", plain.toString(), BUILT);

    // Then
    assertNull(read.newerSource());
  }

  private Path file(String name, Instant changed) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    return Files.setLastModifiedTime(file, FileTime.from(changed));
  }
}
