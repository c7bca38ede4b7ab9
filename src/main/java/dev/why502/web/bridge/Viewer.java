package dev.why502.web.bridge;

import dev.why502.bus.Addresses;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One client of the bridge: what it may ask for, and what it has asked for. */
final class Viewer {
  static final int MAX_REGISTRATIONS = 64;
  static final int MAX_ADDRESS = 200;
  static final int MAX_REPLY_ADDRESS = 36;

  /** Requests of one viewer that wait for their answers at one time. */
  static final int MAX_OPEN_REQUESTS = 32;

  static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(30_000);

  private final Link link;
  private final Viewers viewers;
  private final Set<String> addresses = new HashSet<>();
  private int openRequests;

  Viewer(Link link, Viewers viewers) {
    this.link = link;
    this.viewers = viewers;
  }

  Link link() {
    return link;
  }

  Set<String> addresses() {
    return addresses;
  }

  void left() {
    viewers.leave(this);
  }

  /** Answers one frame; a frame that is refused is answered with an error frame. */
  void received(String text) {
    String problem = text.length() > Bridge.MAX_FRAME ? "frame_too_long" : handle(text);
    if (problem != null) {
      link.send(Frames.error(problem));
    }
  }

  private @Nullable String handle(String text) {
    Frames.Inward inward = Frames.read(text);
    if (inward.problem() != null) {
      return inward.problem();
    }
    if (inward.type().equals("ping")) {
      return null;
    }
    String address = inward.address();
    if (address == null) {
      return "missing_address";
    }
    if (address.length() > MAX_ADDRESS) {
      return "max_address_length_reached";
    }
    return switch (inward.type()) {
      case "register" -> register(address);
      case "unregister" -> unregister(address);
      case "send" -> send(address, inward);
      // News come from inside only.
      case "publish" -> "access_denied";
      default -> "invalid_type";
    };
  }

  private @Nullable String register(String address) {
    // Who listened on a query's address would get other viewers' questions.
    if (!address.startsWith(Addresses.ROOT) || address.startsWith(Addresses.QUERIES)) {
      return "access_denied";
    }
    if (addresses.contains(address)) {
      return "address_already_registered";
    }
    if (addresses.size() >= MAX_REGISTRATIONS) {
      return "max_handlers_reached";
    }
    addresses.add(address);
    viewers.register(address, this);
    return null;
  }

  private @Nullable String unregister(String address) {
    if (!address.startsWith(Addresses.ROOT)) {
      return "access_denied";
    }
    viewers.unregister(address, this);
    addresses.remove(address);
    return null;
  }

  private @Nullable String send(String address, Frames.Inward inward) {
    if (!address.startsWith(Addresses.QUERIES)) {
      return "access_denied";
    }
    Object replyAddress = inward.frame().getValue("replyAddress");
    if (replyAddress == null) {
      // A question whose answer nobody waits for.
      return null;
    }
    if (!(replyAddress instanceof String reply) || reply.length() > MAX_REPLY_ADDRESS) {
      return "invalid_reply_address";
    }
    if (openRequests >= MAX_OPEN_REQUESTS) {
      return "too_many_requests";
    }
    openRequests++;
    viewers
        .ask(address, inward.frame().getValue("body"))
        .onComplete(
            answer -> {
              openRequests--;
              link.send(
                  answer.succeeded()
                      ? Frames.received(reply, viewers.shown(answer.result().body()))
                      : Frames.failed(reply, address, answer.cause()));
            });
    return null;
  }
}
