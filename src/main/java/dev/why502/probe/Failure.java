package dev.why502.probe;

import dev.why502.observation.FailureKind;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a run ended without a whole answer.
 *
 * @param detail the words of the system or library, for people
 */
record Failure(FailureKind kind, String detail) {
  private static final int DEEPEST_CAUSE = 8;

  /**
   * What a failed {@code connect} means. Types and errno constants decide first; the names of the
   * errno are read only where netty and the JDK leave nothing else, since both throw a plain {@code
   * ConnectException} or {@code SocketException} for several of them.
   *
   * @param unix whether it was a unix domain socket: EACCES is then the file's, not a firewall's
   */
  static Failure ofConnect(Throwable thrown, boolean unix) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < DEEPEST_CAUSE; i++, cause = cause.getCause()) {
      FailureKind kind = kindOf(cause, unix);
      if (kind != null) {
        return new Failure(kind, words(thrown));
      }
    }
    return new Failure(lastResort(thrown), words(thrown));
  }

  /** What a read or write that failed on an established connection means. */
  static Failure ofTransfer(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < DEEPEST_CAUSE; i++, cause = cause.getCause()) {
      if (named(cause, "timed out", "timeout")) {
        return new Failure(FailureKind.TIMEOUT, words(thrown));
      }
      if (named(cause, "no route to host", "unreachable")) {
        return new Failure(FailureKind.UNREACHABLE, words(thrown));
      }
    }
    return new Failure(FailureKind.RESET, words(thrown));
  }

  private static @Nullable FailureKind kindOf(Throwable cause, boolean unix) {
    // It extends ConnectException, so it has to be asked for first.
    if (cause instanceof ConnectTimeoutException) {
      return FailureKind.TIMEOUT;
    }
    if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return FailureKind.MISSING;
    }
    if (cause instanceof Errors.NativeIoException io) {
      int errno = io.expectedErr();
      if (errno == Errors.ERRNO_ENOENT_NEGATIVE) {
        return FailureKind.MISSING;
      }
      if (errno == Errors.ERRNO_ECONNRESET_NEGATIVE) {
        return FailureKind.RESET;
      }
    }
    // The JDK says NoRouteToHost for EADDRNOTAVAIL in some versions: our fault, not the route's.
    if (named(cause, "cannot assign requested address", "address already in use", "too many open")
        || named(cause, "no buffer space", "cannot allocate memory")) {
      return FailureKind.LOCAL;
    }
    if (cause instanceof NoRouteToHostException) {
      return FailureKind.UNREACHABLE;
    }
    if (cause instanceof IOException) {
      if (named(cause, "connection refused")) {
        return FailureKind.REFUSED;
      }
      if (named(cause, "permission denied", "operation not permitted")) {
        return unix ? FailureKind.FORBIDDEN : FailureKind.UNREACHABLE;
      }
      if (named(cause, "unreachable", "no route to host", "host is down", "not supported")) {
        return FailureKind.UNREACHABLE;
      }
      if (named(cause, "no such file", "not a directory", "not a socket", "wrong type")) {
        return FailureKind.MISSING;
      }
      if (named(cause, "timed out")) {
        return FailureKind.TIMEOUT;
      }
      if (named(cause, "connection reset")) {
        return FailureKind.RESET;
      }
      // EAGAIN: the accept queue of a unix socket is full, and the system says so at once.
      if (named(cause, "temporarily unavailable")) {
        return FailureKind.REFUSED;
      }
    }
    return null;
  }

  private static FailureKind lastResort(Throwable thrown) {
    if (thrown instanceof BindException || thrown instanceof ChannelException) {
      return FailureKind.LOCAL;
    }
    if (thrown instanceof ConnectException) {
      return FailureKind.REFUSED;
    }
    if (thrown instanceof SocketException || thrown instanceof UnsupportedAddressTypeException) {
      return FailureKind.UNREACHABLE;
    }
    return FailureKind.LOCAL;
  }

  private static boolean named(Throwable cause, String... names) {
    String message = cause.getMessage();
    if (message == null) {
      return false;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    for (String name : names) {
      if (lower.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The message, or the type's name where there is none; at most 512 characters. */
  static String words(Throwable thrown) {
    String message = thrown.getMessage();
    String words = message == null ? thrown.getClass().getSimpleName() : message;
    // Some of netty's messages begin with that of a cause that had none.
    if (words.startsWith("null: ")) {
      words = thrown.getClass().getSimpleName() + words.substring("null".length());
    }
    return words.length() <= 512 ? words : words.substring(0, 512);
  }
}
