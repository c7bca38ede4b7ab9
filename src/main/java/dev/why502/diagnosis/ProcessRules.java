package dev.why502.diagnosis;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
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

/** Why a service is down: what its process, its manager, its files and its own log say. */
final class ProcessRules {
  private ProcessRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(Cause.PROCESS_PORT_CONFLICT, ProcessRules::portConflict),
        new Rule(Cause.PROCESS_BUILD_MISSING, ProcessRules::buildMissing),
        new Rule(Cause.PROCESS_MISCONFIGURED, ProcessRules::misconfigured),
        new Rule(Cause.PROCESS_KILLED, MemoryKillRule::killed),
        new Rule(Cause.PROCESS_CRASH_LOOP, ProcessRules::crashLoop),
        new Rule(Cause.PROCESS_NOT_RUNNING, ProcessRules::notRunning));
  }

  private static @Nullable Finding portConflict(Facts facts) {
    FailedService service = FailedService.of(facts);
    if (service == null) {
      return null;
    }
    Complaint complaint = service.complaint(Set.of(About.PORT_IN_USE));
    if (complaint == null || service.condition() == Condition.RUNNING || service.stoppedByHand()) {
      return null;
    }
    int port = port(complaint, service.probe());
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
            + service.probe().id()
            + " is held by "
            + (holder == null ? "another process" : holder.holder())
            + "; its log says: "
            + complaint.text();
    Finding finding =
        service.found(
            Cause.PROCESS_PORT_CONFLICT,
            holder == null || !service.managedDown() ? Standing.LIKELY : Standing.CERTAIN,
            text,
            log);
    if (holder != null) {
      finding = finding.seenIn(List.of(Objects.requireNonNull(facts.listeners)));
    }
    return finding.fixedBy(
        Fixes.told(
            facts,
            "stop what holds port " + port + ", then start " + service.name(),
            "ss -ltnp 'sport = :" + port + "'"));
  }

  private static int port(Complaint complaint, Probe probe) {
    if (complaint.subject() != null && complaint.subject().matches("[0-9]{1,5}")) {
      return Integer.parseInt(complaint.subject());
    }
    return probe.target().endpoint().port();
  }

  private static @Nullable Finding buildMissing(Facts facts) {
    FailedService service = FailedService.of(facts);
    if (service == null || !service.down()) {
      return null;
    }
    Artifact absent =
        service.artifacts().stream()
            .filter(artifact -> Boolean.FALSE.equals(artifact.exists()))
            .findFirst()
            .orElse(null);
    boolean allThere =
        !service.artifacts().isEmpty()
            && service.artifacts().stream()
                .allMatch(artifact -> Boolean.TRUE.equals(artifact.exists()));
    Complaint complaint = service.complaint(Set.of(About.BUILD_MISSING));
    if (complaint != null && allThere) {
      return Finding.contradicted(
          Cause.PROCESS_BUILD_MISSING,
          service.artifacts().get(0).path() + " exists, though the log complained");
    }
    if (absent == null && complaint == null) {
      return allThere
          ? Finding.contradicted(
              Cause.PROCESS_BUILD_MISSING, service.artifacts().get(0).path() + " exists")
          : null;
    }
    String text =
        (absent == null
                ? "a build's output is missing for " + service.probe().id()
                : absent.path() + " does not exist")
            + (complaint != null
                ? "; the log of " + service.probe().id() + " says: " + complaint.text()
                : "");
    List<Evidence> more = new ArrayList<>();
    if (absent != null) {
      more.add(absent);
    }
    if (complaint != null) {
      more.add(Objects.requireNonNull(service.logOf(complaint)));
    }
    boolean managed = service.condition() != Condition.NOT_KNOWN;
    return service
        .found(
            Cause.PROCESS_BUILD_MISSING,
            absent != null && (complaint != null || managed) ? Standing.CERTAIN : Standing.LIKELY,
            text,
            more.toArray(Evidence[]::new))
        .fixedBy(
            Fixes.told(facts, "build " + service.probe().id() + ", then start " + service.name()));
  }

  private static @Nullable Finding misconfigured(Facts facts) {
    FailedService service = FailedService.of(facts);
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
    return service
        .found(
            Cause.PROCESS_MISCONFIGURED,
            managed ? Standing.CERTAIN : Standing.LIKELY,
            service.probe().id() + " says itself what it lacks: " + complaint.text(),
            Objects.requireNonNull(service.logOf(complaint)))
        .fixedBy(
            Fixes.told(
                facts,
                "give "
                    + service.probe().id()
                    + " "
                    + what
                    + (complaint.subject() == null ? "that it asks for" : complaint.subject())
                    + ", then start "
                    + service.name()));
  }

  private static @Nullable Finding crashLoop(Facts facts) {
    FailedService service = FailedService.of(facts);
    if (service == null || service.process() == null) {
      return null;
    }
    if (service.condition() == Condition.CRASH_LOOP && service.down()) {
      String said = service.lastWords();
      return service
          .found(
              Cause.PROCESS_CRASH_LOOP,
              Standing.CERTAIN,
              service.probe().id()
                  + " starts and dies again and again: "
                  + service.process().summary()
                  + said)
          .seenIn(service.logs())
          .fixedBy(Fixes.told(facts, Cause.PROCESS_CRASH_LOOP.fix(), service.logStep()));
    }
    return null;
  }

  private static @Nullable Finding notRunning(Facts facts) {
    FailedService service = FailedService.of(facts);
    if (service == null || service.process() == null) {
      return null;
    }
    ProcessState process = service.process();
    return switch (service.condition()) {
      case STOPPED, NOT_THERE, FAILED, UNMANAGED ->
          !service.down()
              ? null
              : service
                  .found(
                      Cause.PROCESS_NOT_RUNNING,
                      Standing.CERTAIN,
                      "the process of "
                          + service.probe().id()
                          + " does not run: "
                          + process.summary())
                  .fixedBy(Fixes.told(facts, "start " + service.name(), service.start()));
      case RUNNING, FROZEN ->
          service.noListener()
              ? Finding.contradicted(
                  Cause.PROCESS_NOT_RUNNING, process.summary() + ports(process, service.probe()))
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
}
