package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/** Looks whether a file is there. Blocks. */
final class ArtifactReader {
  private ArtifactReader() {}

  static Artifact read(String probe, String name, Instant at) {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException impossible) {
      return unknown(probe, name, at, "it is not a possible path");
    }
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      Instant modifiedAt = attributes.lastModifiedTime().toInstant();
      return new Artifact(
          probe, name, at, Access.GRANTED, true, modifiedAt, Sources.newer(path, modifiedAt));
    } catch (NoSuchFileException absent) {
      return new Artifact(probe, name, at, Access.GRANTED, false, null);
    } catch (IOException denied) {
      // A part of the path that is a file where a folder should be: nothing can be below it.
      return belowFile(path)
          ? new Artifact(probe, name, at, Access.GRANTED, false, null)
          : unknown(probe, name, at, Reasons.of(denied));
    }
  }

  private static boolean belowFile(Path path) {
    for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
      if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
        return Files.isRegularFile(parent);
      }
    }
    return false;
  }

  private static Artifact unknown(String probe, String name, Instant at, String why) {
    return new Artifact(probe, name, at, Access.denied(why), null, null);
  }
}
