package dev.why502.gateway.nginx;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request, by the upstream variables of its line. nginx writes one value for each
 * peer that it tried; the last one decides. It gives its own failures no status but 502 and 504,
 * and a header time only to what came with a whole header.
 *
 * @param status of the upstream, else of the answer; 0 when there is none
 * @param peer the last one tried, or a group's name
 */
record NginxAccessLogOutcome(Event event, Stage stage, int status, @Nullable String peer) {
  /** What nginx passes on that is no HTTP (HTTP/0.9). */
  private static final int NO_STATUS_LINE = 9;

  private static final int CLIENT_GONE = 499;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  static NginxAccessLogOutcome of(NginxLogFormat.Line line) {
    List<String> peers = list(line.value("upstream_addr"));
    List<String> statuses = list(line.value("upstream_status"));
    int answered = number(line.value("status"));
    String peer = peers == null || peers.isEmpty() ? null : peers.get(peers.size() - 1);
    if (peers == null ? statuses == null || statuses.isEmpty() : peers.isEmpty()) {
      return new NginxAccessLogOutcome(
          untried(line, answered, peers != null), Stage.OTHER, answered, null);
    }
    int tried = peers == null ? statuses == null ? 0 : statuses.size() : peers.size();
    int status =
        statuses == null
            ? answered
            : statuses.size() == tried ? number(statuses.get(tried - 1)) : 0;
    Event event =
        peer != null && status == BAD_GATEWAY && !address(peer)
            ? Event.NO_LIVE_UPSTREAMS
            : event(
                status,
                time(line.value("upstream_connect_time"), tried),
                time(line.value("upstream_header_time"), tried),
                bytes(line.value("upstream_bytes_received"), tried));
    return new NginxAccessLogOutcome(event, stage(event), status == 0 ? answered : status, peer);
  }

  /** No upstream was asked. What stands in a cache is not nginx's own answer either. */
  private static Event untried(NginxLogFormat.Line line, int answered, boolean sure) {
    String cached = line.value("upstream_cache_status");
    boolean own = cached == null || cached.isEmpty() || cached.equals("MISS");
    // Without the address, a try that ended without a status looks the same.
    boolean certain = sure || (answered != CLIENT_GONE && answered != 500);
    return own && certain && answered >= 400 ? Event.NOT_TRIED : Event.OTHER;
  }

  /**
   * @param connected whether there was a connection, null when it is not known
   * @param header whether there was a whole header, null when it is not known
   * @param received bytes from the upstream, -1 when not known
   */
  private static Event event(
      int status, @Nullable Boolean connected, @Nullable Boolean header, long received) {
    if (status == NO_STATUS_LINE) {
      return Event.INVALID_RESPONSE;
    }
    boolean own = status == BAD_GATEWAY || status == GATEWAY_TIMEOUT;
    boolean timeout = status == GATEWAY_TIMEOUT;
    if (status < 100 || status == CLIENT_GONE || (!own && Boolean.FALSE.equals(header))) {
      return Event.OTHER;
    } else if (!own || Boolean.TRUE.equals(header)) {
      return Event.ANSWERED;
    } else if (Boolean.FALSE.equals(connected)) {
      return timeout ? Event.CONNECT_TIMEOUT : Event.CONNECT_FAILED;
    } else if (Boolean.TRUE.equals(connected) && received == 0) {
      return timeout ? Event.RESPONSE_TIMEOUT : Event.CLOSED_EARLY;
    } else if (header == null) {
      // It may have come from the upstream.
      return Event.OTHER;
    } else if (received > 0) {
      return timeout ? Event.RESPONSE_TIMEOUT : Event.INVALID_RESPONSE;
    }
    return timeout && connected != null ? Event.RESPONSE_TIMEOUT : Event.OTHER;
  }

  private static Stage stage(Event event) {
    return switch (event) {
      case CONNECT_FAILED, CONNECT_TIMEOUT, NO_LIVE_UPSTREAMS -> Stage.CONNECTING;
      case CLOSED_EARLY, RESPONSE_TIMEOUT, INVALID_RESPONSE -> Stage.READING_HEADER;
      default -> Stage.OTHER;
    };
  }

  /** Of each peer, and of each again after an internal redirect; null for no such variable. */
  private static @Nullable List<String> list(@Nullable String value) {
    return value == null
        ? null
        : value.isEmpty() || value.equals("-") ? List.of() : List.of(value.split(", | : ", -1));
  }

  private static @Nullable String last(@Nullable String value, int tried) {
    List<String> all = list(value);
    if (all == null) {
      return null;
    }
    // One dash alone stands for one peer, as well as for none.
    return all.isEmpty() && tried == 1 ? "-" : all.size() == tried ? all.get(tried - 1) : null;
  }

  private static @Nullable Boolean time(@Nullable String value, int tried) {
    String last = last(value, tried);
    return last == null ? null : !last.isEmpty() && !last.equals("-");
  }

  private static long bytes(@Nullable String value, int tried) {
    String last = last(value, tried);
    return last == null || last.isEmpty() || last.equals("-") ? -1 : number(last);
  }

  /** An address has a port, and no name: other peers are groups. */
  private static boolean address(String peer) {
    int colon = peer.lastIndexOf(':');
    return peer.startsWith("unix:")
        || (colon > 0 && Ip.literal(peer.substring(0, colon).replace("[", "").replace("]", "")));
  }

  private static int number(@Nullable String value) {
    long number = value == null ? -1 : ByteText.number(value);
    return number < 0 ? 0 : (int) Math.min(number, Integer.MAX_VALUE);
  }
}
