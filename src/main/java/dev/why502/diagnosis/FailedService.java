package dev.why502.diagnosis;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.ServiceLog.About;
import dev.why502.evidence.ServiceLog.Complaint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The service whose process matters: the probe itself, or the declared upstream at which the fault
 * was found on the wire.
 */
record FailedService(
    Probe probe,
    Finding wire,
    @Nullable ProcessState process,
    List<Artifact> artifacts,
    List<ServiceLog> logs) {
  static @Nullable FailedService of(Facts facts) {
    Finding wire = Diagnosis.wire(facts);
    Probe probe = null;
    if (wire == null) {
      // The port answers, and not as this service: another one may hold it.
      for (Answer answer : facts.role(Answer.Role.DECLARED).toList()) {
        boolean strange =
            answer.seen().failure() == null
                && !answer.seen().served()
                && (facts.edge == null || facts.failure() != null);
        if (strange && wire == null) {
          wire =
              Finding.likely(
                      Cause.UPSTREAM_WRONG_SERVICE,
                      answer.address() + " answers as another service: " + answer.outcome(),
                      answer)
                  .of(answer.upstream());
        }
      }
    }
    if (wire == null) {
      return null;
    }
    if (facts.standsForItself()) {
      probe = facts.probe;
    } else if (wire.upstream() != null) {
      for (Probe upstream : facts.given.upstreams()) {
        if (upstream.id().equals(wire.upstream())) {
          probe = upstream;
        }
      }
    }
    if (probe == null) {
      return null;
    }
    String id = probe.id();
    return new FailedService(
        probe,
        wire,
        facts
            .given
            .all(ProcessState.class)
            .filter(state -> state.probe().equals(id))
            .findFirst()
            .orElse(null),
        facts.given.all(Artifact.class).filter(a -> a.probe().equals(id)).toList(),
        facts.given.all(ServiceLog.class).filter(log -> log.probe().equals(id)).toList());
  }

  @Nullable Complaint complaint(Set<About> about) {
    for (ServiceLog log : logs) {
      for (int i = log.complaints().size() - 1; i >= 0; i--) {
        Complaint complaint = log.complaints().get(i);
        if (complaint.last() && about.contains(complaint.about())) {
          return complaint;
        }
      }
    }
    return null;
  }

  @Nullable ServiceLog logOf(Complaint complaint) {
    return logs.stream()
        .filter(log -> log.complaints().contains(complaint))
        .findFirst()
        .orElse(null);
  }

  Condition condition() {
    return process == null ? Condition.NOT_KNOWN : process.condition();
  }

  /** The manager says that it does not run well, or nothing is known and nobody listens. */
  boolean down() {
    // Something answers there: then another process serves, whatever the manager says.
    switch (wire.cause()) {
      case UPSTREAM_WRONG_SERVICE,
          UPSTREAM_ERROR,
          UPSTREAM_GATEWAY_ERROR,
          UPSTREAM_TRUNCATED,
          UPSTREAM_INVALID_RESPONSE -> {
        return false;
      }
      default -> {}
    }
    return switch (condition()) {
      case STOPPED, CRASH_LOOP, KILLED, FAILED, NOT_THERE -> true;
      case NOT_KNOWN, UNMANAGED -> noListener();
      case RUNNING, FROZEN -> false;
    };
  }

  /** It is down, or its manager has just started it again and it does not listen yet. */
  boolean diedOrStarts() {
    return down() || (condition() == Condition.RUNNING && noListener());
  }

  /** Stopped, and its end was a good one: of what it complained before, it did not end. */
  boolean stoppedByHand() {
    return process != null
        && process.condition() == Condition.STOPPED
        && process.exitCode() != null
        && process.exitCode() == 0;
  }

  boolean noListener() {
    return switch (wire.cause()) {
      case UPSTREAM_REFUSED, UPSTREAM_SOCKET_MISSING, EDGE_REFUSED -> true;
      default -> false;
    };
  }

  /** What was found of it, between the fault on the wire and the cause. */
  Finding found(Cause cause, Standing standing, String text, Evidence... more) {
    List<Evidence> evidence = new ArrayList<>(List.of(more));
    if (process != null && !evidence.contains(process)) {
      evidence.add(process);
    }
    Finding finding =
        new Finding(cause, standing, text, probe.id(), List.of(), List.copyOf(evidence), null)
            .via(wire.cause(), wire.text())
            .seenIn(wire.evidence());
    if (condition() == Condition.CRASH_LOOP && cause != Cause.PROCESS_CRASH_LOOP) {
      finding = finding.via(Cause.PROCESS_CRASH_LOOP, Objects.requireNonNull(process).summary());
    } else if ((condition() == Condition.STOPPED || condition() == Condition.FAILED)
        && cause != Cause.PROCESS_NOT_RUNNING) {
      finding = finding.via(Cause.PROCESS_NOT_RUNNING, Objects.requireNonNull(process).summary());
    }
    return finding;
  }

  /** Its manager itself says that it does not run. */
  boolean managedDown() {
    return switch (condition()) {
      case STOPPED, CRASH_LOOP, KILLED, FAILED, NOT_THERE -> true;
      case NOT_KNOWN, UNMANAGED, RUNNING, FROZEN -> false;
    };
  }

  /** The end of its log, as the end of a sentence; empty when nothing there tells. */
  String lastWords() {
    for (ServiceLog log : logs) {
      if (!log.complaints().isEmpty()) {
        Complaint last = log.complaints().get(log.complaints().size() - 1);
        return last.last() ? "; it says: " + last.text() : "";
      }
    }
    return "";
  }

  /** A command that shows its log; none when no log is known. */
  String[] logStep() {
    ProcessState managed = Objects.requireNonNull(process);
    String log = !logs.isEmpty() ? logs.get(0).file() : managed.errorLog();
    return log == null ? new String[0] : new String[] {"tail -n 50 " + Quote.shell(log)};
  }

  /** As its manager calls it. */
  String name() {
    return process == null ? probe.id() : process.selector().name();
  }

  /** How its manager starts it; none for a plain process. */
  String[] start() {
    ProcessState managed = Objects.requireNonNull(process);
    String name = Quote.shell(managed.selector().name());
    if (managed.condition() == Condition.UNMANAGED) {
      return new String[] {"pm2 resurrect", "pm2 startup"};
    }
    return switch (managed.selector().kind()) {
      case PM2 -> new String[] {"pm2 start " + name};
      case SYSTEMD -> new String[] {"systemctl start " + name};
      case COMMAND -> new String[0];
    };
  }
}
