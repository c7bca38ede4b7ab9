package dev.why502.web.bridge;

import dev.why502.bus.Addresses;
import dev.why502.language.Language;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One client of the bridge: what it may ask for, and what it has asked for. */
final class Viewer {
  static final int MAX_REGISTRATIONS = 64;
  private static final String LANG = "lang";

  static final int MAX_ADDRESS = 200;
  static final int MAX_REPLY_ADDRESS = 36;

  /** Requests of one viewer that wait for their answers at one time. */
  static final int MAX_OPEN_REQUESTS = 32;

  static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(30_000);

  private final Link link;
  private final Viewers viewers;
  private final Language language;
  private final Set<String> addresses = new HashSet<>();
  private Future<Void> listening = Future.succeededFuture();
  private int openRequests;
  private boolean admitted;

  Viewer(Link link, Viewers viewers, Language language) {
    this.language = language;
    this.link = link;
    this.viewers = viewers;
  }

  Link link() {
    return link;
  }

  Language language() {
    return language;
  }

  Set<String> addresses() {
    return addresses;
  }

  /** Whether it has shown that it may ask. */
  boolean admitted() {
    return admitted;
  }

  /** Whether anything is still to come to it. */
  boolean waits() {
    return !addresses.isEmpty() || openRequests > 0;
  }

  void send(Outgoing message) {
    link.send(message);
  }

  void left() {
    viewers.leave(this);
  }

  /** Answers one frame; a frame that is refused is answered with an error frame. */
  void received(String text) {
    String problem = text.length() > Bridge.MAX_FRAME ? "frame_too_long" : handle(text);
    if (problem != null) {
      try (Outgoing error = Frames.error(problem)) {
        send(error);
      }
    }
  }

  private @Nullable String handle(String text) {
    Frames.Inward inward = Frames.read(text);
    if (inward.problem() != null) {
      return inward.problem();
    }
    boolean tcp = link.carrier().tcp();
    // Over HTTP nobody comes so far without the token; over TCP each frame carries it.
    boolean trusted = !tcp || viewers.admits(inward.authorization());
    admitted |= trusted;
    if (inward.type().equals("ping")) {
      if (tcp) {
        try (Outgoing pong = Frames.pong()) {
          send(pong);
        }
      }
      return null;
    }
    if (!trusted) {
      return "access_denied";
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
    Future<Void> taken = viewers.register(address, this);
    if (!taken.isComplete()) {
      listening = Future.join(listening, taken).mapEmpty();
    }
    return null;
  }

  private @Nullable String unregister(String address) {
    if (!address.startsWith(Addresses.ROOT)) {
      return "access_denied";
    }
    viewers.unregister(address, this);
    boolean known = addresses.remove(address);
    return known || !link.carrier().tcp() ? null : "unknown_address";
  }

  /** A question that does not say in which language it is to be answered: in this viewer's. */
  private @Nullable Object spoken(@Nullable Object body) {
    if (language == Language.ENGLISH) {
      return body;
    }
    return body == null
        ? new JsonObject().put(LANG, language.tag())
        : body instanceof JsonObject question && !question.containsKey(LANG)
            ? question.copy().put(LANG, language.tag())
            : body;
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
    Object body = spoken(inward.frame().getValue("body"));
    // Who registers and then asks what stands must not miss what happens between the two.
    listening
        .transform(there -> viewers.ask(address, body))
        .onComplete(
            answer -> {
              openRequests--;
              try (Outgoing frame =
                  answer.succeeded()
                      ? Frames.reply(reply, viewers.shown(answer.result().body()))
                      : Frames.failed(reply, address, answer.cause())) {
                send(frame);
              }
            });
    return null;
  }
}
