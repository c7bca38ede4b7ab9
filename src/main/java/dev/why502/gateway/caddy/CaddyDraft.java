package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route while it is found out; names of peers are not resolved yet. */
final class CaddyDraft {
  /** Notes and limits kept. */
  private static final int MAX_NOTES = 32;

  @Nullable Place server;
  @Nullable String serverName;
  @Nullable Place location;
  Handling handling = Handling.UNKNOWN;
  Route.@Nullable Pass pass;
  final List<Route.Peer> peers = new ArrayList<>();
  @Nullable Place answerPlace;
  int answerStatus;

  /** Lines around the pass that a change of it may be made at, see {@link CaddyBeside}. */
  final Map<String, Place> around = new HashMap<>();

  /** How many lines made another path of the request's. */
  int rewritings;

  /** Where it sends the client, with a redirect. */
  @Nullable String answerLocation;

  private final Set<Limit> limits = new LinkedHashSet<>();
  private final Set<String> unknown = new LinkedHashSet<>();

  void limit(Limit limit) {
    if (limits.size() < MAX_NOTES) {
      limits.add(limit);
    }
  }

  void unknown(String note) {
    if (unknown.size() < MAX_NOTES) {
      unknown.add(ByteText.bounded(note));
    }
  }

  List<Limit> limits() {
    return List.copyOf(limits);
  }

  List<String> unknown() {
    return List.copyOf(unknown);
  }
}
