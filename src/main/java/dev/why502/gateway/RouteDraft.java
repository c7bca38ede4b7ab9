package dev.why502.gateway;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A route while it is found out; names of peers are not resolved yet. */
public class RouteDraft {
  /** Notes and limits kept. */
  private static final int MAX_NOTES = 32;

  public @Nullable Place server;
  public @Nullable String serverName;
  public @Nullable Place location;
  public Handling handling = Handling.UNKNOWN;
  public Route.@Nullable Pass pass;
  public final List<Route.Peer> peers = new ArrayList<>();
  public @Nullable Place answerPlace;
  public int answerStatus;
  private final Set<Limit> limits = new LinkedHashSet<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final UnaryOperator<String> shown;

  /**
   * @param shown makes text of what notes quote of a configuration
   */
  public RouteDraft(UnaryOperator<String> shown) {
    this.shown = shown;
  }

  /** The gateway answers by itself. */
  public void answer(Handling how, int status, @Nullable Place by) {
    handling = how;
    answerStatus = status;
    answerPlace = by;
  }

  public void limit(Limit limit) {
    if (limits.size() < MAX_NOTES) {
      limits.add(limit);
    }
  }

  public void unknown(String note) {
    if (unknown.size() < MAX_NOTES) {
      unknown.add(ByteText.bounded(shown.apply(note)));
    }
  }

  public List<Limit> limits() {
    return List.copyOf(limits);
  }

  public List<String> unknown() {
    return List.copyOf(unknown);
  }
}
