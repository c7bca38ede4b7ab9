package dev.why502.diagnosis;

import dev.why502.diagnosis.Verdict.Unsettled;
import java.util.ArrayList;
import java.util.List;

/** What else fits where a cause is not certain, and the one observation that would settle it. */
final class Doubts {
  private Doubts() {}

  static List<Unsettled> of(Facts facts, Finding winner) {
    List<Unsettled> doubts = new ArrayList<>();
    Cause cause = winner.cause();
    boolean noLog = facts.lines.isEmpty() && !facts.logSilent();
    switch (cause) {
      case UPSTREAM_REFUSED, EDGE_REFUSED -> {
        if (cause == Cause.UPSTREAM_REFUSED && !facts.listenersReadable()) {
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_REJECTED, "the listening sockets of the service's host"));
        } else if (cause == Cause.UPSTREAM_REFUSED) {
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_REJECTED,
                  "whether a process listens there, seen on the service's own host"));
        }
      }
      case UPSTREAM_CONNECT_TIMEOUT ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_BACKLOG_FULL,
                  "the accept queue of the listening socket, seen on the service's own host"));
      case UPSTREAM_BACKLOG_FULL ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_CONNECT_TIMEOUT,
                  "the limit of the accept queue (ss -ltn), or the firewall's rules"));
      case UPSTREAM_TIMEOUT ->
          doubts.add(
              new Unsettled(
                  Cause.GATEWAY_TIMEOUT_TOO_SHORT,
                  "a request straight to the service that waits longer than the gateway"));
      case UPSTREAM_INVALID_RESPONSE ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_WRONG_SERVICE, "the first bytes that the service answers"));
      case GATEWAY_FORBIDS ->
          doubts.add(
              new Unsettled(
                  Cause.GATEWAY_MISDIRECTED, "the gateway's configuration: where it sends"));
      case UPSTREAM_RESET ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_KEEPALIVE_RACE,
                  "two requests on one connection, straight to the service"));
      case UPSTREAM_KEEPALIVE_RACE ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_RESET, "two requests on one connection, straight to the service"));
      case GATEWAY_WRONG_PORT, GATEWAY_WRONG_ADDRESS -> {
        if (facts.pass == null) {
          doubts.add(
              new Unsettled(Cause.GATEWAY_STALE_CONFIG, "the gateway's configuration, as it is"));
          doubts.add(
              new Unsettled(
                  Cause.GATEWAY_STALE_ADDRESS, "the name that the gateway's configuration has"));
        }
        if (facts.given.upstreams().isEmpty()) {
          doubts.add(
              new Unsettled(
                  Cause.PROCESS_NOT_RUNNING,
                  "which service the gateway is to send to, and whether its process runs"));
        }
      }
      case GATEWAY_BAD_GATEWAY, GATEWAY_UNAVAILABLE, GATEWAY_TIMEOUT, GATEWAY_ERROR -> {
        if (facts.route == null || !facts.route.access().readable()) {
          doubts.add(
              new Unsettled(
                  Cause.GATEWAY_MISDIRECTED, "the gateway's configuration: where it sends"));
        }
        if (noLog) {
          doubts.add(new Unsettled(Cause.GATEWAY_DENIED, "the gateway's error log"));
        }
        if (facts.asGateway().isEmpty() && facts.given.upstreams().isEmpty()) {
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_REFUSED, "a request straight to the service behind the gateway"));
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_GATEWAY_ERROR,
                  "whether the service behind answers " + facts.status() + " itself"));
        }
      }
      case EDGE_TIMEOUT -> {
        if (facts.route == null) {
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_TIMEOUT, "a request straight to the service behind the gateway"));
        }
      }
      case GATEWAY_MISDIRECTED -> {
        doubts.add(
            new Unsettled(
                Cause.GATEWAY_WRONG_PORT, "the gateway's configuration, or its error log"));
        if (facts.status() / 100 == 2) {
          doubts.add(new Unsettled(Cause.GATEWAY_NO_ROUTE, "the gateway's configuration"));
        } else {
          doubts.add(new Unsettled(Cause.GATEWAY_MARKED_DOWN, "the gateway's error log"));
          doubts.add(new Unsettled(Cause.GATEWAY_DENIED, "the gateway's error log"));
        }
      }
      case GATEWAY_LOOP ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_GATEWAY_ERROR,
                  "the gateway's configuration: whether another site of it answers there"));
      case UPSTREAM_GATEWAY_ERROR ->
          doubts.add(
              new Unsettled(
                  Cause.UPSTREAM_ERROR, "the service's own log: whether it asked another service"));
      case GATEWAY_MARKED_DOWN -> {
        doubts.add(new Unsettled(Cause.GATEWAY_DENIED, "the gateway's error log"));
        doubts.add(new Unsettled(Cause.GATEWAY_STALE_CONFIG, "when the gateway was last reloaded"));
      }
      default -> {
        if (noLog && cause.layer() == Cause.Layer.GATEWAY && facts.failure() != null) {
          doubts.add(new Unsettled(Cause.GATEWAY_ERROR, "the gateway's error log"));
        }
      }
    }
    doubts.removeIf(doubt -> doubt.cause() == cause);
    return doubts;
  }
}
