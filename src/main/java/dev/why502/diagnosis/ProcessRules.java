package dev.why502.diagnosis;

import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.MemoryKills.Kill;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.ServiceLog.About;
import dev.why502.evidence.ServiceLog.Complaint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a service is down: what its process, its manager, its files and its own log say. */
final class ProcessRules {
  /** An older end for want of memory says nothing of a service that is down now. */
  private static final Duration KILL_REMEMBERED = Duration.ofDays(1);

  /** What was killed and runs again is still on its way up for so long. */
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

  /** PM2 writes whole seconds, and the kernel's clock drifts from the wall's. */
  private static final Duration KILL_NEAR = Duration.ofSeconds(5);

  private ProcessRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(Cause.PROCESS_PORT_CONFLICT, ProcessRules::portConflict),
        new Rule(Cause.PROCESS_BUILD_MISSING, ProcessRules::buildMissing),
        new Rule(Cause.PROCESS_MISCONFIGURED, ProcessRules::misconfigured),
        new Rule(Cause.PROCESS_KILLED, ProcessRules::killed),
        new Rule(Cause.PROCESS_CRASH_LOOP, ProcessRules::crashLoop),
        new Rule(Cause.PROCESS_NOT_RUNNING, ProcessRules::notRunning));
  }

  /**
   * The service whose process matters: the probe itself, or the declared upstream at which the
   * fault was found on the wire.
   */
  private record Service(
      Probe probe,
      Finding wire,
      @Nullable ProcessState process,
      List<Artifact> artifacts,
      List<ServiceLog> logs) {
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
  }

  private static @Nullable Service service(Facts facts) {
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
    return new Service(
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

  private static Finding found(
      Service service, Cause cause, Standing standing, String text, Evidence... more) {
    List<Evidence> evidence = new ArrayList<>(List.of(more));
    if (service.process != null && !evidence.contains(service.process)) {
      evidence.add(service.process);
    }
    Finding finding =
        new Finding(
                cause, standing, text, service.probe.id(), List.of(), List.copyOf(evidence), null)
            .via(service.wire.cause(), service.wire.text())
            .seenIn(service.wire.evidence());
    if (service.condition() == Condition.CRASH_LOOP && cause != Cause.PROCESS_CRASH_LOOP) {
      finding =
          finding.via(Cause.PROCESS_CRASH_LOOP, Objects.requireNonNull(service.process).summary());
    } else if ((service.condition() == Condition.STOPPED || service.condition() == Condition.FAILED)
        && cause != Cause.PROCESS_NOT_RUNNING) {
      finding =
          finding.via(Cause.PROCESS_NOT_RUNNING, Objects.requireNonNull(service.process).summary());
    }
    return finding;
  }

  private static @Nullable Finding portConflict(Facts facts) {
    Service service = service(facts);
    if (service == null) {
      return null;
    }
    Complaint complaint = service.complaint(Set.of(About.PORT_IN_USE));
    if (complaint == null || service.condition() == Condition.RUNNING || service.stoppedByHand()) {
      return null;
    }
    int port = port(complaint, service.probe);
    Listeners.@Nullable Row holder = null;
    if (facts.listeners != null) {
      int wanted = port;
      holder =
          facts.listeners.rows().stream()
              .filter(row -> row.port() == wanted)
              .findFirst()
              .orElse(null);
    }
    if (holder == null && facts.listenersReadable()) {
      return Finding.contradicted(
          Cause.PROCESS_PORT_CONFLICT, "nothing holds port " + port + " now");
    }
    ServiceLog log = Objects.requireNonNull(service.logOf(complaint));
    String text =
        "port "
            + port
            + " of "
            + service.probe.id()
            + " is held by "
            + (holder == null ? "another process" : holder.holder())
            + "; its log says: "
            + complaint.text();
    Finding finding =
        found(
            service,
            Cause.PROCESS_PORT_CONFLICT,
            holder == null || !managedDown(service) ? Standing.LIKELY : Standing.CERTAIN,
            text,
            log);
    if (holder != null) {
      finding = finding.seenIn(List.of(Objects.requireNonNull(facts.listeners)));
    }
    return finding.fixedBy(
        Fixes.told(
            facts,
            "stop what holds port " + port + ", then start " + name(service),
            "ss -ltnp 'sport = :" + port + "'"));
  }

  /** Its manager itself says that it does not run. */
  private static boolean managedDown(Service service) {
    return switch (service.condition()) {
      case STOPPED, CRASH_LOOP, KILLED, FAILED, NOT_THERE -> true;
      case NOT_KNOWN, UNMANAGED, RUNNING, FROZEN -> false;
    };
  }

  private static int port(Complaint complaint, Probe probe) {
    if (complaint.subject() != null && complaint.subject().matches("[0-9]{1,5}")) {
      return Integer.parseInt(complaint.subject());
    }
    return probe.target().endpoint().port();
  }

  private static @Nullable Finding buildMissing(Facts facts) {
    Service service = service(facts);
    if (service == null || !service.down()) {
      return null;
    }
    Artifact absent =
        service.artifacts.stream()
            .filter(artifact -> Boolean.FALSE.equals(artifact.exists()))
            .findFirst()
            .orElse(null);
    boolean allThere =
        !service.artifacts.isEmpty()
            && service.artifacts.stream()
                .allMatch(artifact -> Boolean.TRUE.equals(artifact.exists()));
    Complaint complaint = service.complaint(Set.of(About.BUILD_MISSING));
    if (complaint != null && allThere) {
      return Finding.contradicted(
          Cause.PROCESS_BUILD_MISSING,
          service.artifacts.get(0).path() + " exists, though the log complained");
    }
    if (absent == null && complaint == null) {
      return allThere
          ? Finding.contradicted(
              Cause.PROCESS_BUILD_MISSING, service.artifacts.get(0).path() + " exists")
          : null;
    }
    String text =
        (absent == null
                ? "a build's output is missing for " + service.probe.id()
                : absent.path() + " does not exist")
            + (complaint != null
                ? "; the log of " + service.probe.id() + " says: " + complaint.text()
                : "");
    List<Evidence> more = new ArrayList<>();
    if (absent != null) {
      more.add(absent);
    }
    if (complaint != null) {
      more.add(Objects.requireNonNull(service.logOf(complaint)));
    }
    boolean managed = service.condition() != Condition.NOT_KNOWN;
    return found(
            service,
            Cause.PROCESS_BUILD_MISSING,
            absent != null && (complaint != null || managed) ? Standing.CERTAIN : Standing.LIKELY,
            text,
            more.toArray(Evidence[]::new))
        .fixedBy(
            Fixes.told(facts, "build " + service.probe.id() + ", then start " + name(service)));
  }

  private static @Nullable Finding misconfigured(Facts facts) {
    Service service = service(facts);
    if (service == null || !service.down()) {
      return null;
    }
    Complaint complaint =
        service.complaint(
            Set.of(About.MODULE_MISSING, About.VARIABLE_MISSING, About.SETTING_INVALID));
    if (complaint == null) {
      return null;
    }
    String what =
        switch (complaint.about()) {
          case MODULE_MISSING -> "the module ";
          case VARIABLE_MISSING -> "the variable ";
          default -> "the setting ";
        };
    boolean managed =
        service.condition() == Condition.CRASH_LOOP || service.condition() == Condition.FAILED;
    return found(
            service,
            Cause.PROCESS_MISCONFIGURED,
            managed ? Standing.CERTAIN : Standing.LIKELY,
            service.probe.id() + " says itself what it lacks: " + complaint.text(),
            Objects.requireNonNull(service.logOf(complaint)))
        .fixedBy(
            Fixes.told(
                facts,
                "give "
                    + service.probe.id()
                    + " "
                    + what
                    + (complaint.subject() == null ? "that it asks for" : complaint.subject())
                    + ", then start "
                    + name(service)));
  }

  private static @Nullable Finding killed(Facts facts) {
    Service service = service(facts);
    if (service == null) {
      return null;
    }
    ProcessState process = service.process;
    Complaint complaint = service.complaint(Set.of(About.OUT_OF_MEMORY));
    if (process == null || !service.diedOrStarts()) {
      return null;
    }
    MemoryKills kernel =
        facts
            .given
            .all(MemoryKills.class)
            .filter(kills -> kills.probe().equals(process.probe()))
            .findFirst()
            .orElse(null);
    Kill kill = kernel == null ? null : killOf(process, kernel);
    if (kill != null && kernel != null) {
      return memory(
          facts,
          service,
          // Only systemd tells the number or the group of what ended; a second may be shared.
          process.selector().kind() == ProcessSelector.Kind.SYSTEMD
              ? Standing.CERTAIN
              : Standing.LIKELY,
          "the kernel killed "
              + service.probe.id()
              + " for want of memory: "
              + kill.command()
              + ", pid "
              + kill.pid()
              + ", at "
              + kill.at(),
          kernel);
    }
    if (process.condition() == Condition.KILLED && service.down()) {
      return memory(
          facts,
          service,
          Standing.CERTAIN,
          "the kernel killed " + service.probe.id() + ": " + process.summary());
    }
    boolean killed =
        Integer.valueOf(137).equals(process.exitCode())
            || (process.lastEnd() != null && process.lastEnd().killed());
    if (!killed || !service.down()) {
      return null;
    }
    String text = service.probe.id() + " was ended by SIGKILL";
    if (kernel != null && kernel.groupKills() > 0) {
      return memory(
          facts,
          service,
          Standing.LIKELY,
          text
              + ", and in its control group "
              + kernel.group()
              + " the kernel has killed "
              + kernel.groupKills()
              + " for want of memory",
          kernel);
    }
    if (kernel != null && kernel.access().readable() && complaint == null) {
      return Finding.contradicted(
          Cause.PROCESS_KILLED,
          text + ", and the kernel's log does not tell that it was the kernel's doing");
    }
    return memory(facts, service, complaint != null ? Standing.LIKELY : Standing.POSSIBLE, text);
  }

  private static Finding memory(
      Facts facts, Service service, Standing standing, String text, Evidence... more) {
    return found(service, Cause.PROCESS_KILLED, standing, text, more)
        .fixedBy(Fixes.general(facts, Cause.PROCESS_KILLED));
  }

  /** The kernel's end of this very process: by its number, its unit's group, or name and moment. */
  private static @Nullable Kill killOf(ProcessState process, MemoryKills kernel) {
    ProcessState.End end = process.lastEnd();
    for (int i = kernel.kills().size() - 1; i >= 0; i--) {
      Kill kill = kernel.kills().get(i);
      boolean recent =
          !kill.at()
                  .isBefore(
                      kernel
                          .at()
                          .minus(
                              process.condition() == Condition.RUNNING
                                  ? STARTS_WITHIN
                                  : KILL_REMEMBERED))
              && (end == null || end.at() == null || near(kill, end.at()));
      if (!recent) {
        continue;
      }
      boolean mine =
          switch (process.selector().kind()) {
            case SYSTEMD ->
                (end != null && end.pid() > 0 && end.pid() == kill.pid())
                    || (kill.group() != null && unit(kill.group(), process.selector().name()));
            // PM2 tells the signal and the second, and no number.
            case PM2 -> end != null && end.killed() && end.at() != null;
            case COMMAND ->
                process.condition() == Condition.NOT_THERE
                    && process.selector().name().contains(kill.command());
          };
      if (mine) {
        return kill;
      }
    }
    return null;
  }

  private static boolean near(Kill kill, Instant end) {
    return Duration.between(kill.at(), end).abs().compareTo(KILL_NEAR) <= 0;
  }

  private static boolean unit(String group, String unit) {
    String name = unit.indexOf('.') >= 0 ? unit : unit + ".service";
    return group.endsWith("/" + name) || group.contains("/" + name + "/");
  }

  private static @Nullable Finding crashLoop(Facts facts) {
    Service service = service(facts);
    if (service == null || service.process == null) {
      return null;
    }
    if (service.condition() == Condition.CRASH_LOOP && service.down()) {
      String said = lastWords(service);
      return found(
              service,
              Cause.PROCESS_CRASH_LOOP,
              Standing.CERTAIN,
              service.probe.id()
                  + " starts and dies again and again: "
                  + service.process.summary()
                  + said)
          .seenIn(service.logs)
          .fixedBy(Fixes.told(facts, Cause.PROCESS_CRASH_LOOP.fix(), logStep(service)));
    }
    return null;
  }

  private static String lastWords(Service service) {
    for (ServiceLog log : service.logs) {
      if (!log.complaints().isEmpty()) {
        Complaint last = log.complaints().get(log.complaints().size() - 1);
        return last.last() ? "; it says: " + last.text() : "";
      }
    }
    return "";
  }

  private static String[] logStep(Service service) {
    ProcessState process = Objects.requireNonNull(service.process);
    String log = !service.logs.isEmpty() ? service.logs.get(0).file() : process.errorLog();
    return log == null ? new String[0] : new String[] {"tail -n 50 " + Quote.shell(log)};
  }

  private static @Nullable Finding notRunning(Facts facts) {
    Service service = service(facts);
    if (service == null || service.process == null) {
      return null;
    }
    ProcessState process = service.process;
    return switch (service.condition()) {
      case STOPPED, NOT_THERE, FAILED, UNMANAGED ->
          !service.down()
              ? null
              : found(
                      service,
                      Cause.PROCESS_NOT_RUNNING,
                      Standing.CERTAIN,
                      "the process of "
                          + service.probe.id()
                          + " does not run: "
                          + process.summary())
                  .fixedBy(Fixes.told(facts, "start " + name(service), start(service)));
      case RUNNING, FROZEN ->
          service.noListener()
              ? Finding.contradicted(
                  Cause.PROCESS_NOT_RUNNING, process.summary() + ports(process, service.probe))
              : null;
      case CRASH_LOOP, KILLED, NOT_KNOWN -> null;
    };
  }

  private static String ports(ProcessState process, Probe probe) {
    int port = probe.target().endpoint().port();
    return process.ports().isEmpty() || process.ports().contains(port)
        ? ""
        : "; it is told to use port " + process.ports().get(0);
  }

  private static String name(Service service) {
    return service.process == null ? service.probe.id() : service.process.selector().name();
  }

  private static String[] start(Service service) {
    ProcessState process = Objects.requireNonNull(service.process);
    String name = Quote.shell(process.selector().name());
    if (process.condition() == Condition.UNMANAGED) {
      return new String[] {"pm2 resurrect", "pm2 startup"};
    }
    return switch (process.selector().kind()) {
      case PM2 -> new String[] {"pm2 start " + name};
      case SYSTEMD -> new String[] {"systemctl start " + name};
      case COMMAND -> new String[0];
    };
  }
}
