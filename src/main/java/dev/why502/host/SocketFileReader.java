package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.SocketFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The file of a unix domain socket, as lstat(2) and /proc/net/unix show it. Blocks. */
final class SocketFileReader {
  private static final int MAX_TABLE_BYTES = 16 * 1024 * 1024;
  private static final int FILE_TYPE = 0170000;

  private final ProcFs proc;
  private final InstantSource clock;

  SocketFileReader(ProcFs proc, InstantSource clock) {
    this.proc = proc;
    this.clock = clock;
  }

  SocketFile read(String name) {
    Instant at = clock.instant();
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException impossible) {
      return unknown(name, at, "it is not a possible path");
    }
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Path real = path;
      boolean link = attributes.isSymbolicLink();
      if (link) {
        // Whoever connects follows the link; one that leads nowhere is as good as absent.
        try {
          attributes = Files.readAttributes(path, PosixFileAttributes.class);
          real = path.toRealPath();
        } catch (NoSuchFileException dangling) {
          return new SocketFile(
              name, at, Access.GRANTED, false, "symbolic link", null, null, null, null);
        }
      }
      String type = type(real);
      return new SocketFile(
          name,
          at,
          Access.GRANTED,
          true,
          type,
          attributes.owner().getName(),
          attributes.group().getName(),
          PosixFilePermissions.toString(attributes.permissions()),
          "socket".equals(type) ? held(name, real) : Boolean.FALSE);
    } catch (NoSuchFileException absent) {
      return new SocketFile(name, at, Access.GRANTED, false, null, null, null, null, null);
    } catch (IOException denied) {
      return unknown(name, at, Reasons.of(denied));
    } catch (UnsupportedOperationException noPosix) {
      return unknown(name, at, "this system has no POSIX file attributes");
    }
  }

  private static SocketFile unknown(String name, Instant at, String why) {
    return new SocketFile(name, at, Access.denied(why), null, null, null, null, null, null);
  }

  private static @Nullable String type(Path path) throws IOException {
    Object mode = Files.getAttribute(path, "unix:mode");
    return switch ((Integer) mode & FILE_TYPE) {
      case 0140000 -> "socket";
      case 0100000 -> "regular";
      case 0040000 -> "directory";
      case 0010000 -> "fifo";
      case 0020000, 0060000 -> "device";
      default -> null;
    };
  }

  /**
   * The kernel's table shows the sockets of our network namespace only, by the path that each was
   * bound with. So a path found there is held; for one that is not found, connecting tells: refused
   * means that nobody holds it.
   */
  private @Nullable Boolean held(String name, Path real) {
    try {
      String table = proc.text("net/unix", MAX_TABLE_BYTES);
      if (UnixTable.listens(table, name) || UnixTable.listens(table, real.toString())) {
        return true;
      }
    } catch (IOException denied) {
      return connects(real);
    }
    return connects(real);
  }

  /** Whether somebody takes connections at a socket file; null when it could not be told. */
  static @Nullable Boolean connects(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A full accept queue would block; then it is held.
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException refused) {
      return false;
    } catch (IOException | RuntimeException denied) {
      return null;
    }
  }
}
