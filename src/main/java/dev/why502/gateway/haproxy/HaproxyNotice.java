package dev.why502.gateway.haproxy;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What HAProxy says of its servers, its limits and its configuration. */
final class HaproxyNotice {
  private HaproxyNotice() {}

  static HaproxyLogLine parse(
      String message,
      String text,
      HaproxyLogPrefix prefix,
      Function<String, @Nullable String> addresses) {
    if (!prefix.tagged()) {
      return HaproxyLogLine.other(prefix.at(), text);
    }
    String plain = message.startsWith("Backup ") ? message.substring(7) : message;
    if (plain.startsWith("Server ")) {
      return server(plain, text, prefix, addresses);
    }
    if (plain.startsWith("Health check for ")) {
      return check(plain, text, prefix, addresses);
    }
    Event event = Event.OTHER;
    String peer = null;
    if (plain.startsWith("backend ") && plain.contains(" has no server available!")) {
      event = Event.PEER_DOWN;
      String name = plain.substring(8, plain.indexOf(" has no server available!"));
      peer = name.replace("'", "");
    } else if (plain.contains(" reached process FD limit")
        || plain.contains(" reached system FD limit")) {
      event = Event.NO_FILES;
    } else if (plain.contains("no free ports")) {
      event = Event.NO_LOCAL_PORT;
    } else if (plain.contains("maximum connection limit")
        || plain.contains("reached system memory limit")) {
      event = Event.NO_WORKER_CONNECTIONS;
    } else if ("ALERT".equals(prefix.level())
        && (plain.startsWith("config :")
            || plain.startsWith("parsing [")
            || plain.startsWith("Starting ")
            || plain.startsWith("Binding ")
            || plain.contains("cannot bind socket")
            || plain.contains("Fatal errors found in configuration"))) {
      event = Event.CONFIG_REFUSED;
    }
    boolean grave = "ALERT".equals(prefix.level()) && !plain.isBlank();
    return line(prefix, event, peer, null, event != Event.OTHER || grave, text);
  }

  private static HaproxyLogLine server(
      String message,
      String text,
      HaproxyLogPrefix prefix,
      Function<String, @Nullable String> addresses) {
    int blank = message.indexOf(' ', 7);
    String name = blank < 0 ? "" : message.substring(7, blank);
    String rest = blank < 0 ? "" : message.substring(blank + 1);
    if (name.indexOf('/') <= 0) {
      return HaproxyLogLine.other(prefix.at(), text);
    }
    Event event = Event.OTHER;
    if (rest.startsWith("is UP/DRAIN")
        || rest.startsWith("is DOWN")
        || rest.startsWith("is going DOWN")
        || rest.startsWith("was DOWN")
        || rest.startsWith("is stopping")
        || rest.startsWith("enters ")
        || rest.startsWith("remains ")
        || rest.startsWith("is DRAIN")) {
      event = Event.PEER_DOWN;
    } else if (rest.startsWith("is UP")
        || rest.startsWith("administratively READY")
        || rest.contains(" and is READY")) {
      event = Event.PEER_UP;
    }
    String address = addresses.apply(name);
    return line(
        prefix,
        event,
        address == null ? name : address,
        event == Event.OTHER ? null : name,
        true,
        text);
  }

  /** {@code option log-health-checks}: one failed check is not yet a server out of use. */
  private static HaproxyLogLine check(
      String message,
      String text,
      HaproxyLogPrefix prefix,
      Function<String, @Nullable String> addresses) {
    int from = message.indexOf("server ");
    int blank = from < 0 ? -1 : message.indexOf(' ', from + 7);
    String name = blank < 0 ? null : message.substring(from + 7, blank);
    String address = name == null ? null : addresses.apply(name);
    Event event = message.contains(" failed, reason:") ? Event.PEER_DOWN : Event.OTHER;
    boolean failed = event == Event.PEER_DOWN;
    return line(prefix, event, address == null ? name : address, null, failed, text);
  }

  private static HaproxyLogLine line(
      HaproxyLogPrefix prefix,
      Event event,
      @Nullable String peer,
      @Nullable String standing,
      boolean whole,
      String text) {
    return new HaproxyLogLine(
        prefix.at(),
        null,
        null,
        null,
        null,
        0,
        "",
        -1,
        event,
        Stage.OTHER,
        0,
        peer,
        null,
        standing,
        whole,
        text);
  }
}
