package dev.why502.matrix;

import static java.util.Objects.requireNonNull;

import dev.why502.definition.Gateway;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One thing that goes wrong, the same behind or in every gateway, and what must be said of it. */
final class Fault {
  /** Makes the fault. */
  interface Making {
    void in(Ground ground) throws Exception;
  }

  final String id;
  final String title;
  private final Map<Gateway.Kind, Cause> causes = new EnumMap<>(Gateway.Kind.class);
  private final Map<Gateway.Kind, String> inapplicable = new EnumMap<>(Gateway.Kind.class);
  private @Nullable Cause cause;
  private @Nullable Making making;
  State state = State.DOWN;

  /** Whether a line of the gateway's configuration is at fault, so that steps can cure it. */
  boolean configured;

  private Fault(String id, String title) {
    this.id = id;
    this.title = title;
  }

  static Fault of(String id, String title) {
    return new Fault(id, title);
  }

  /** The cause that must be named, where nothing else is said of a gateway. */
  Fault is(Cause expected) {
    cause = expected;
    return this;
  }

  Fault is(Gateway.Kind kind, Cause expected) {
    causes.put(kind, expected);
    return this;
  }

  Fault state(State expected) {
    state = expected;
    return this;
  }

  /** The gateway's configuration is at fault: the printed steps must cure it. */
  Fault configured() {
    configured = true;
    return this;
  }

  /** A gateway that cannot have this fault, and why. */
  Fault not(Gateway.Kind kind, String why) {
    inapplicable.put(kind, why);
    return this;
  }

  Fault when(Making made) {
    making = made;
    return this;
  }

  Cause cause(Gateway.Kind kind) {
    return causes.getOrDefault(kind, requireNonNull(cause));
  }

  @Nullable String inapplicable(Gateway.Kind kind) {
    return inapplicable.get(kind);
  }

  void make(Ground ground) throws Exception {
    requireNonNull(making).in(ground);
  }

  static List<Fault> all() {
    return Stream.of(
            ConnectFaults.all(),
            AnswerFaults.all(),
            RequestFaults.all(),
            OwnFaults.all(),
            StateFaults.all(),
            ProcessFaults.all(),
            EdgeFaults.all(),
            HealthyFaults.all())
        .flatMap(List::stream)
        .toList();
  }
}
