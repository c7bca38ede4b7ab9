package dev.why502.terminal;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request as far as it was seen, one stop after another, and the place where it is
 * broken: on the link that leads to a stop, or at the stop itself.
 *
 * @param broken index of the stop where it is broken, -1 where that is not on the way
 * @param link whether the link that leads there is broken, not the stop
 */
record PathLine(List<String> stops, int broken, boolean link) {
  /** A line that says no more than the address has no use. */
  private static final int FEWEST_STOPS = 3;

  private static final int PROBER = 0;
  private static final int EDGE = 1;
  private static final int GATEWAY = 2;
  private static final int UPSTREAM = 3;
  private static final int PROCESS = 4;

  PathLine {
    stops = List.copyOf(stops);
  }

  /** Null where too little of the way was seen to be drawn. */
  static @Nullable PathLine of(Verdict verdict) {
    String[] names = names(verdict);
    int fault = fault(verdict.cause());
    boolean link = onTheLink(verdict.cause());
    if (fault >= 0 && names[fault] == null) {
      // What is not known cannot be drawn broken: the nearest stop before it is where it ends.
      return null;
    }
    List<String> stops = new ArrayList<>();
    int broken = -1;
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      if (name != null) {
        if (i == fault) {
          broken = stops.size();
        }
        stops.add(name);
      }
    }
    return stops.size() < FEWEST_STOPS || broken < 0 ? null : new PathLine(stops, broken, link);
  }

  private static @Nullable String[] names(Verdict verdict) {
    @Nullable String[] names = new @Nullable String[5];
    names[PROBER] = "here";
    names[GATEWAY] = verdict.gateway();
    String service = null;
    for (var piece : verdict.evidence()) {
      if (piece instanceof Answer answer) {
        if (answer.edge() && names[EDGE] == null) {
          names[EDGE] = answer.address();
        } else if (answer.role() == Answer.Role.AS_GATEWAY && names[UPSTREAM] == null) {
          names[UPSTREAM] = answer.address();
        }
      } else if (piece instanceof ProcessState state && names[PROCESS] == null) {
        names[PROCESS] = state.selector() == null ? null : state.selector().name();
      } else if (piece instanceof Route route && route.pass() != null && service == null) {
        service = route.pass().peers().isEmpty() ? null : route.pass().peers().get(0).address();
      }
    }
    if (names[UPSTREAM] == null) {
      names[UPSTREAM] = service;
    }
    if (names[PROCESS] == null) {
      names[PROCESS] = holder(verdict, names[UPSTREAM]);
    }
    return names;
  }

  /** Who listens where the gateway sends to. */
  private static @Nullable String holder(Verdict verdict, @Nullable String address) {
    for (var piece : verdict.evidence()) {
      if (piece instanceof Listeners listeners && address != null) {
        for (Listeners.Row row : listeners.rows()) {
          if (row.pid() > 0 && address.endsWith(":" + row.port())) {
            return row.holder();
          }
        }
      }
    }
    return null;
  }

  private static int fault(Cause cause) {
    if (onTheLink(cause) && cause.layer() != Cause.Layer.EDGE) {
      return UPSTREAM;
    }
    return switch (cause.layer()) {
      case EXPECTATION, EDGE -> EDGE;
      case SYMPTOM, GATEWAY -> GATEWAY;
      case UPSTREAM -> UPSTREAM;
      case PROCESS -> PROCESS;
      case PROBER -> PROBER;
    };
  }

  /** Causes by which a request does not get to where it is sent. */
  private static boolean onTheLink(Cause cause) {
    String code = cause.code();
    return switch (cause.layer()) {
      case EDGE -> code.matches("edge-(dns|refused|unreachable|connect-timeout)");
      case UPSTREAM ->
          code.matches(
              "upstream-(refused|rejected|unreachable|connect-timeout|backlog-full|socket-missing)");
      case GATEWAY ->
          code.matches(
              "gateway-(wrong-(port|address|scheme)|stale-address|upstream-.*|marked-down|misdirected"
                  + "|loop|denied)");
      case EXPECTATION, SYMPTOM, PROCESS, PROBER -> false;
    };
  }
}
